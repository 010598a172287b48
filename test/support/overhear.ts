/** Kept over reloads, and no longer than the tab. */
const KEPT = 'overheard';

/** An expression: what a page with `OVERHEAR` in it has complained of, in its tab. */
export const COMPLAINTS = `JSON.parse(sessionStorage.getItem('${KEPT}') ?? '[]')`;

/** A script before all others that writes down what a browser would say in its console. */
export const OVERHEAR = `{
  const keep = (what) => sessionStorage.setItem('${KEPT}', JSON.stringify([...${COMPLAINTS}, String(what)]));
  for (const how of ['error', 'warn']) {
    const say = console[how];
    console[how] = (...all) => { keep(all.join(' ')); say.apply(console, all); };
  }
  addEventListener('error', ({ message }) => keep(message));
  addEventListener('unhandledrejection', ({ reason }) => keep(reason));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => keep(violatedDirective + ' ' + blockedURI));
}`;
