/** Something that is asked for once; `forget`: the next call asks again. */
export interface Once<T> {
  (): Promise<T>;
  forget(): void;
}

/** Runs `make` on the first call and shares its promise; after a failure the next call runs it again. */
export function once<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  const forget = () => {
    made = undefined;
  };
  const get = () => {
    if (made) return made;
    made = make();
    made.catch(forget);
    return made;
  };
  return Object.assign(get, { forget });
}
