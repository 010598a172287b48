/** Sentences about errors that this page may not know, as the api has said them in English. */
const heard = new Map<string, string>();

/** The api has told of an error in its own words: they are kept for a code that this page does not know. */
export function hear({ code, message }: { code: string; message: string }): void {
  heard.set(code, message);
}

/** What the api said of it. */
export function heardOf(code: string): string | undefined {
  return heard.get(code);
}
