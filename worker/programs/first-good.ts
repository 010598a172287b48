/**
 * The first list that is not empty. The next way is tried in parallel once the earlier ones have failed, have nothing,
 * or take long. Returns an empty list if all that answer have nothing; throws the first one's error if none answers.
 */
export async function firstGood<T>(ways: readonly (() => Promise<T[]>)[], patienceMs: number): Promise<T[]> {
  const [way, ...others] = ways;
  if (!way) return [];
  const asked = way();
  if (others.length === 0) return asked;
  const isGood = asked.then(
    (list) => list.length > 0,
    () => false,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  const isDone = await Promise.race([isGood, late]);
  clearTimeout(timer);
  if (isDone) return asked;
  const rest = firstGood(others, patienceMs);
  return Promise.any([full(asked), full(rest)])
    .catch(() => Promise.any([asked, rest]))
    .catch(() => asked);
}

const full = <T>(asked: Promise<T[]>) =>
  asked.then((list) => (list.length > 0 ? list : Promise.reject(new Error('Nothing is listed.'))));
