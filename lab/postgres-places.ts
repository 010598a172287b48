import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesBelow } from './leaks.ts';
import { asked } from './postgres.ts';

/**
 * Everything in which the contents of a database on this machine are found: each table as text, as in a dump, and the
 * files of its tables and of the server's write-ahead log, in which is also what has been deleted since.
 */
export async function databasePlaces(url: string): Promise<Record<string, string>> {
  const places: Record<string, string> = {};
  for (const [table, rows] of Object.entries(await databaseRows(url)))
    places[`table ${table}`] = rows.join('\n');
  // What is still in the server's memory alone goes to its files.
  await asked(url, 'checkpoint');
  for (const folder of await foldersOf(url))
    for (const [file, text] of Object.entries(filesBelow(folder)))
      places[`database file ${join(basename(dirname(folder)), basename(folder), file)}`] = text;
  return places;
}

/** Where the files of a database's tables, and those of its server's write-ahead log lie. */
async function foldersOf(url: string): Promise<string[]> {
  const [found] = await asked<{ data: string; path: string; place: string }>(
    url,
    `select current_setting('data_directory') as data, pg_relation_filepath('pg_class') as path,
       pg_tablespace_location(dattablespace) as place from pg_database where datname = current_database()`,
  );
  if (!found) throw new Error('the database does not know itself');
  const { data, place } = found;
  const folder = dirname(found.path);
  if (place === '') return [join(data, folder), join(data, 'pg_wal')];
  // On a disk that only the server sees: what leads there is a link, which another process would follow in vain.
  const server = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0] ?? '';
  const inside = folder.split('/').slice(2);
  return [join('/proc', server, 'root', place, ...inside), join(data, 'pg_wal')];
}

/** The rows of every table of a database, as text, in the order of that text; by table. */
export async function databaseRows(url: string): Promise<Record<string, string[]>> {
  const columns = await asked<{ table: string; column: string; type: string }>(
    url,
    `select format('%I.%I', table_schema, table_name) as table, quote_ident(column_name) as column, data_type as type
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
      order by table_schema, table_name, ordinal_position`,
  );
  const tables = Object.groupBy(columns, ({ table }) => table);
  const rows: Record<string, string[]> = {};
  for (const [table, its = []] of Object.entries(tables)) {
    // Bytes as they are where they are letters: in hexadecimal nothing would be found.
    const texts = its.map(({ column, type }) =>
      type === 'bytea' ? `encode(${column}, 'escape')` : `${column}::text`,
    );
    const found = await asked<{ row: string }>(
      url,
      `select concat_ws(E'\\t', ${texts.map((text) => `coalesce(${text}, '\\N')`).join(', ')}) as row from ${table} order by 1`,
    );
    rows[table] = found.map(({ row }) => row);
  }
  return rows;
}
