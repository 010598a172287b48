/** An address, or undefined where a text is none. (`URL.canParse` is newer than browsers that customers still have.) */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
