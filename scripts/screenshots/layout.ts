/** The innermost elements that make a page wider than the screen. */
export const STICKS_OUT = `(() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const scrolls = (one) => one && (getComputedStyle(one).overflowX === 'auto' || scrolls(one.parentElement));
  const out = [...document.body.querySelectorAll('*')].filter(
    (one) => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement),
  );
  return out.filter((one) => ![...one.children].some((child) => out.includes(child))).map((one) => one.outerHTML.slice(0, 200));
})()`;

/** Texts that lie on each other, at what size ever; of a page that a dialog lies on, those of the dialog. */
export const OVERLAPS = `(() => {
  const walker = document.createTreeWalker(document.querySelector('dialog:modal') ?? document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  // For screen readers alone: a pixel in size, and clipped away.
  const isUnseen = (one) => one && (getComputedStyle(one).clipPath === 'inset(50%)' || isUnseen(one.parentElement));
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest('.banner') || isUnseen(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (node.parentElement.checkVisibility({ visibilityProperty: true }))
      for (const box of range.getClientRects()) texts.push({ text: node.data.trim(), box });
  }
  const lap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.25 * Math.min(a.height, b.height);
  return texts.flatMap((one, at) => texts.slice(at + 1).filter((other) => other.text !== one.text && lap(one.box, other.box)).map((other) => one.text.slice(0, 60) + ' | ' + other.text.slice(0, 60)));
})()`;
