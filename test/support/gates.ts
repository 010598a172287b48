export { type Gate, type Gated, Gates, shutOff, withGates } from '../../scripts/lab/gates.ts';
