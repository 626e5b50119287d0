import { Spotlight } from '@mantine/spotlight';
import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowRight, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useSearchHits } from '../../api/search.ts';
import { useGo } from '../../components/app-link.tsx';
import { placeOfId } from '../../components/place-of-id.ts';
import { SECTIONS } from '../sections.ts';
import { markFirstEntry, paletteStore } from './palette-store.ts';

/** Goes anywhere by a few letters: sections, things by id, external id, identifier or name. */
export function Palette() {
  const go = useGo();
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim(), 180);
  const hits = useSearchHits(asked);
  const words = query.trim().toLowerCase();
  const action = (id: string, label: string, description: string, href: string): SpotlightActionData => ({
    id,
    label,
    description,
    onClick: () => go(href),
    leftSection: <IconArrowRight size={16} aria-hidden />,
  });

  const groups: SpotlightActionGroupData[] = [];
  const direct = placeOfId(query.trim());
  if (direct !== undefined)
    groups.push({
      group: 'By id',
      actions: [action('direct', `Open ${direct.what}`, query.trim(), direct.href)],
    });
  const found = hits.map((hit) => action(hit.id, hit.label, hit.description, hit.href));
  if (found.length > 0) groups.push({ group: 'Found', actions: found });
  const sections = SECTIONS.filter(({ label, says }) => `${label} ${says}`.toLowerCase().includes(words));
  if (sections.length > 0)
    groups.push({
      group: 'Go to',
      actions: sections.map(({ label, says, href }) => action(href, label, says, href)),
    });
  if (words !== '') {
    groups.push({
      group: 'Look in',
      actions: [
        action(
          'in-events',
          `Events that say “${query.trim()}”`,
          'external id or identifier',
          `/events?q=${encodeURIComponent(query.trim())}`,
        ),
        action(
          'in-deliveries',
          `Deliveries that say “${query.trim()}”`,
          'id or text',
          `/deliveries?q=${encodeURIComponent(query.trim())}`,
        ),
      ],
    });
  }
  const top = found[0]?.id ?? '';
  useEffect(markFirstEntry, [top, query]);
  return (
    <Spotlight
      store={paletteStore}
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      // What is shown was already chosen by the words, here and on the server.
      filter={(_query, actions) => actions}
      shortcut="mod + K"
      scrollable
      maxHeight={420}
      nothingFound="Nothing found. Try an external id, a login, a customer's id or a partner's name."
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Search by id, login, name … or go to',
        'aria-label': 'Search or go to',
      }}
    />
  );
}
