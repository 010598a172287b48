import '../without-eval.ts';
import { render } from 'preact';
import { giveUpOnErrors } from '../parts/failure.ts';
import { Desk } from './client/desk.ts';
import { rememberPlace } from './client/remembered-place.ts';
import { Console } from './console.tsx';

rememberPlace();
const desk = new Desk();
const root = document.getElementById('console') as HTMLElement;
giveUpOnErrors(root);
render(<Console desk={desk} />, root);

function wake(): void {
  if (desk.here.is === 'operator') desk.here.board.wake();
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') wake();
});
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) wake();
});
addEventListener('focus', wake);
addEventListener('online', wake);

void desk.findOut();
