/** A code that was cut into rows on its way (by a mail, a terminal, a keyboard that pastes) in one piece again. */
export function inOnePiece(pasted: string): string {
  const joined = pasted.replace(/\s+/g, '');
  return /^[\w.~-]+#[\w.~-]+$/.test(joined) ? joined : pasted;
}
