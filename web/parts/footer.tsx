import { say } from '../messages/say.ts';
import type { Brand } from '../model/state.ts';

/** Below every card: whose page it is, the platform's support and terms. */
export function Footer({ brand: { supportUrl, termsUrl } }: { brand: Brand }) {
  return (
    <footer>
      <span dir="ltr" translate={false}>
        {location.host}
      </span>
      <FooterLink to={supportUrl} label={say('footer.support')} />
      <FooterLink to={termsUrl} label={say('footer.terms')} />
    </footer>
  );
}

function FooterLink({ to, label }: { to: string | undefined; label: string }) {
  return to ? (
    <>
      {' · '}
      <a href={to} rel="noreferrer">
        {label}
      </a>
    </>
  ) : null;
}
