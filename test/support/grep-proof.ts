export { filesBelow, leaks } from '../../scripts/lab/leaks.ts';
