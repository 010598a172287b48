const MOST = 32;
const LONGEST = 4096;

/** The URIs of OSC 8 hyperlinks, distinct, the one seen last at the end. */
export class Hyperlinks {
  #seen: readonly string[] = [];

  get seen(): readonly string[] {
    return this.#seen;
  }

  /** Takes the data of one OSC 8, `params;URI`. Always true: handled. */
  open(data: string): true {
    const separator = data.indexOf(';');
    const uri = data.slice(separator + 1);
    if (separator < 0 || uri === '' || uri.length > LONGEST || this.#seen.at(-1) === uri) return true;
    this.#seen = [...this.#seen.filter((seen) => seen !== uri), uri].slice(-MOST);
    return true;
  }
}
