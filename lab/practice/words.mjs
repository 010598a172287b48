/** Takes `--name value` or `--name=value` out of `words`; undefined when it is not there. */
export function takeOption(words, name) {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const [word] = words.splice(at, 1);
  return word === name ? words.splice(at, 1)[0] : word.slice(name.length + 1);
}

/** Takes the flag `--name` out of `words`; true when it was there. */
export function takeFlag(words, name) {
  const at = words.indexOf(name);
  if (at >= 0) words.splice(at, 1);
  return at >= 0;
}
