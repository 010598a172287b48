/**
 * Does to a page what a browser's translation does: the nodes of its text are replaced by others within `<font>`, now
 * and whenever text comes. The words stay what they are, so that they can be compared.
 */
export const TRANSLATES = `addEventListener('DOMContentLoaded', () => {
  const translate = (text) => {
    const { parentElement } = text;
    if (!parentElement || !text.data.trim() || parentElement.closest('font, script, style, [translate=no]')) return;
    const inner = document.createElement('font');
    inner.textContent = text.data;
    const outer = document.createElement('font');
    outer.append(inner);
    text.replaceWith(outer);
  };
  const translateAll = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    for (let text = walker.nextNode(); text; text = walker.nextNode()) texts.push(text);
    for (const text of root.nodeType === Node.TEXT_NODE ? [root] : texts) translate(text);
  };
  translateAll(document.body);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) translateAll(node);
  }).observe(document.body, { subtree: true, childList: true });
});`;
