/** An address, or undefined if the text is not one. (`URL.canParse` is newer than browsers that customers still use.) */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
