import type { CatalogueTable } from './catalogue.ts';
import type { Tx } from './db.ts';
import { APP_ROLE } from './fence.ts';

/**
 * The tables of schema public as the linter wants them, by name. Partitions are left out: they take keys and
 * comment from their parent. System catalogues only, so any transaction may ask.
 */
export function listCatalogue(tx: Tx): Promise<CatalogueTable[]> {
  return tx.rows<CatalogueTable>(CATALOGUE, [APP_ROLE]);
}

const COLUMN_NAMES = (relation: string, numbers: string): string => `
  coalesce((
    select jsonb_agg(coalesce(a.attname, '') order by k.position)
    from unnest(${numbers}) with ordinality as k (number, position)
    left join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.number and k.number <> 0
  ), '[]')`;

const CATALOGUE = `
select
  t.relname as name,
  coalesce(obj_description(t.oid, 'pg_class'), '') as comment,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'name', a.attname,
      'type', format_type(a.atttypid, a.atttypmod),
      'notNull', a.attnotnull,
      'fromSequence', a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like '%nextval(%', false)
    ) order by a.attnum)
    from pg_attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  ), '[]') as columns,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'name', i.indexrelid::regclass::text,
      'primary', i.indisprimary,
      'columns', ${COLUMN_NAMES('t.oid', 'i.indkey::smallint[]')}
    ) order by i.indexrelid)
    from pg_index i
    where i.indrelid = t.oid and i.indisunique
  ), '[]') as keys,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'name', c.conname,
      'columns', ${COLUMN_NAMES('c.conrelid', 'c.conkey')},
      'toTable', (select f.relname from pg_class f where f.oid = c.confrelid),
      'toColumns', ${COLUMN_NAMES('c.confrelid', 'c.confkey')}
    ) order by c.conname)
    from pg_constraint c
    where c.conrelid = t.oid and c.contype = 'f'
  ), '[]') as "references",
  coalesce((
    select jsonb_agg(g.tgname order by g.tgname) from pg_trigger g where g.tgrelid = t.oid and not g.tgisinternal
  ), '[]') as triggers,
  coalesce((
    select jsonb_agg(p.privilege order by p.privilege)
    from (values ('UPDATE'), ('DELETE'), ('TRUNCATE')) as p (privilege)
    where has_table_privilege($1, t.oid, p.privilege)
       or (p.privilege = 'UPDATE' and has_any_column_privilege($1, t.oid, p.privilege))
  ), '[]') as "changesByApp"
from pg_class t
where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and not t.relispartition
order by t.relname`;
