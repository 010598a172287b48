/** The most values of one label; each is a time series for as long as the process lives. */
const MOST_VALUES = 30;
const VALUE = /^[\w.+-]{1,40}$/;

/** A label whose values come from boxes: the first 30 are counted by name, further ones as `other`. */
export class BoundedLabel {
  readonly #values = new Set<string>();

  of(value: string | undefined): string {
    if (value === undefined || !VALUE.test(value)) return 'unknown';
    if (this.#values.has(value)) return value;
    if (this.#values.size >= MOST_VALUES) return 'other';
    this.#values.add(value);
    return value;
  }
}
