/**
 * A model's name as people say it: `anthropic/claude-opus-5-5` is Claude Opus 5.5. A name of another form is
 * returned unchanged.
 */
export function modelName(model: string): string {
  const parts = /^anthropic\/(claude(?:-[a-z0-9.]+)+)$/.exec(model)?.[1]?.split('-');
  // A model's date, and `latest`, do not matter here.
  const parsed = parts?.filter((part) => !/^(\d{8}|latest)$/.test(part));
  if (!parsed?.every((part) => /^([a-z]+|\d{1,3}(\.\d+)*)$/.test(part))) return model;
  const words: string[] = [];
  let afterNumber = false;
  for (const part of parsed) {
    const isNumber = /^\d/.test(part);
    if (isNumber && afterNumber) words.push(`${words.pop()}.${part}`);
    else words.push(isNumber ? part : part[0]?.toUpperCase() + part.slice(1));
    afterNumber = isNumber;
  }
  return words.join(' ');
}
