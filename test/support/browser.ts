export { openBrowser } from '../../scripts/lab/browser.ts';
