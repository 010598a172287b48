import { stringify } from 'csv-stringify/sync';

/**
 * Lines as RFC 4180 has them; `bom`: with a mark of their encoding for spreadsheets, where a file begins. A cell that one of
 * those would take for a formula (customers name their connections, boxes say what failed) begins with an apostrophe.
 */
export function csvOf(lines: readonly (readonly unknown[])[], { bom = false } = {}): string {
  return stringify([...lines], {
    bom,
    escape_formulas: true,
    // Also where the program takes a semicolon or a tab for the end of a cell, as a German Excel does.
    cast: { string: (text) => text.replace(/([;\t]\s*)(?=[=+\-@])/g, "$1'") },
    record_delimiter: 'windows',
    // It quotes a cell that has the delimiter of lines, but not one that has half of it (6.9.0).
    quoted_match: /[\r\n]/,
  });
}
