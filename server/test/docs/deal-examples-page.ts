import { parseDeal } from '../../src/registry/deals/deal.ts';
import { describeDeal } from '../../src/registry/deals/describe.ts';
import { EXAMPLES } from '../vectors/vectors.ts';
import type { Terms, Vector } from '../vectors/vector.ts';

/** The page docs/deal-examples.md: every golden vector, and a few deals more, as the deal that pays it, made from the vectors that the tests play. */
export function renderExamplesPage(): string {
  return [
    '# Deals by example',
    '',
    '<!-- Made from server/test/vectors by server/test/docs/deal-examples-page.ts. Do not edit: change the vectors, then run',
    '     UPDATE_DOCS=1 npx vitest run server/test/docs -->',
    '',
    'The deal of every golden vector (semantics.md 13), and of terms that have none there, with what it pays for the rows that are told. The tests play each of them through the',
    'API in three orders, down to the explanation of every amount. What the fields mean together stands in [deals.md](deals.md), every field in',
    '[deal-document.md](deal-document.md). Partners stand from the top of the tree to the one who referred the customer (`leaf`).',
    '',
    ...EXAMPLES.filter(({ id }) => !id.endsWith(' paid')).flatMap(renderVector),
  ].join('\n');
}

function renderVector({ id, deals, earns, pays }: Vector): string[] {
  const paid = Object.entries(earns).map(([partner, amount]) => `${partner} ${amount}`);
  return [
    `## ${id}`,
    '',
    pays === undefined
      ? `Pays ${paid.length === 0 ? 'nothing in all' : paid.join(', ')}.`
      : `Pays leaf ${pays.amount}; once that was paid out and taken back, owed is ${paid.length === 0 ? 'nothing' : paid.join(', ')}.`,
    '',
    ...Object.entries(deals).flatMap(([partner, documents]) =>
      versionsOf(documents).flatMap(([from, document]) => renderDeal(partner, from, document)),
    ),
  ];
}

function versionsOf(
  documents: Terms | readonly (readonly [string, Terms])[],
): readonly (readonly [string, Terms])[] {
  return Array.isArray(documents) ? documents : [['', documents as Terms]];
}

function renderDeal(partner: string, from: string, document: Terms): string[] {
  const parsed = parseDeal(document);
  if (!parsed.ok) throw new Error(`${partner}: ${parsed.detail}`);
  const [first = ''] = describeDeal(parsed.value);
  const since = from === '' ? '' : `, from ${from}`;
  const components = document['components'] as readonly Terms[];
  return [
    `\`${partner}\`${since}: ${first}`,
    '',
    '```json',
    `{ "currency": ${JSON.stringify(document['currency'])}, "components": [`,
    components.map((component) => `  ${JSON.stringify(component)}`).join(',\n'),
    '] }',
    '```',
    '',
  ];
}
