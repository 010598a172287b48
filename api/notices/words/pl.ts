import type { Words } from './en.ts';

export const pl: Words = {
  greeting: 'Dzień dobry, {name}!',
  'greeting.nobody': 'Dzień dobry!',

  'expiring.subject':
    'Połączenie z {provider} wygaśnie za {days, plural, one {# dzień} few {# dni} many {# dni} other {# dnia}}',
  'expiring.lead':
    'Państwa połączenie z {provider} wygaśnie {date}. Potem OpenClaw na Państwa maszynie nie będzie mógł z niego korzystać.',
  'expiring.todo':
    'Prosimy odnowić je wcześniej: zajmie to kilka minut, a obecne będzie działać, dopóki nie zacznie działać nowe.',
  'expiring.broken': 'Prosimy odnowić je wcześniej: zajmie to kilka minut.',

  'expired.subject': 'Połączenie z {provider} wygasło',
  'expired.lead':
    'Państwa połączenie z {provider} wygasło {date}. OpenClaw na Państwa maszynie nie może już z niego korzystać.',
  'expired.seen':
    'Zauważyliśmy ({date}), że Państwa połączenie z {provider} wygasło. OpenClaw na Państwa maszynie nie może już z niego korzystać.',

  'attention.subject': 'Połączenie z {provider} wymaga uwagi',
  'attention.lead': 'Zauważyliśmy ({date}), że z Państwa połączeniem z {provider} coś jest nie tak.',

  'paused.subject': 'Połączenie z {provider} jest wstrzymane',
  'paused.lead':
    'Połączenie z {provider} osiągnęło limit użycia. Pozostaje na Państwa maszynie, a OpenClaw znów będzie z niego korzystać od {date}.',

  'recovered.subject': 'Połączenie z {provider} znów działa',
  'recovered.lead':
    'Państwa połączenie z {provider} znów działa, co stwierdziliśmy {date}. Nie trzeba nic robić.',

  'disconnected.subject': 'Połączenie z {provider} zostało usunięte',
  'disconnected.lead': 'Państwa połączenie z {provider} zostało usunięte z Państwa maszyny {date}.',
  'disconnected.forgotten':
    'Państwa połączenie z {provider} zostało zakończone {date}, ponieważ podano, że maszyny już nie ma. Nie udało się jej sprawdzić, więc klucz lub autoryzacja może nadal tam być.',
  'disconnected.revoke':
    'Sam klucz lub sama autoryzacja pozostaje w {provider} w mocy, dopóki nie zostanie tam unieważniona.',
  'disconnected.doubt': 'Jeśli to dla Państwa niespodzianka, prosimy o kontakt z pomocą techniczną.',

  'reason.credential_missing': 'Na Państwa maszynie nie ma już klucza ani autoryzacji.',
  'reason.credential_replaced':
    'Na Państwa maszynie jest teraz zamiast tego inny klucz lub inna autoryzacja.',
  'reason.other_credential_first':
    'OpenClaw ma na Państwa maszynie inny klucz lub inną autoryzację i używa ich zamiast tych.',
  'reason.credential_overridden': 'Ustawienie na Państwa maszynie zastępuje Państwa klucz lub autoryzację.',
  'reason.credential_in_cooldown':
    'OpenClaw wstrzymał używanie klucza lub autoryzacji po wcześniejszych błędach.',
  'reason.key_no_credit': 'Na Państwa koncie w {provider} skończyły się środki albo osiągnięto limit.',
  'reason.key_rejected': '{provider} nie przyjmuje już tego klucza lub tej autoryzacji.',
  'reason.key_revoked': 'Klucz lub autoryzacja zostały unieważnione w {provider} albo wygasły.',
  'reason.key_no_access': 'Państwa konto w {provider} nie ma dostępu do modelu, o który prosi OpenClaw.',
  'reason.model_moved': 'OpenClaw na Państwa maszynie używa teraz modelu innego dostawcy.',
  'reason.gateway_down': 'OpenClaw na Państwa maszynie nie działa.',
  'reason.gateway_refuses': 'OpenClaw na Państwa maszynie działa, ale nie odpowiada na żaden czat.',
  'reason.gateway_other_store': 'OpenClaw na Państwa maszynie działa z innymi ustawieniami niż wcześniej.',
  'reason.gateway_elsewhere': 'OpenClaw działa na Państwa maszynie na innym koncie użytkownika.',
  'reason.store_unreadable': 'Dane OpenClaw na Państwa maszynie są uszkodzone.',
  'reason.openclaw_config_invalid': 'Ustawienia OpenClaw na Państwa maszynie zawierają błąd.',
  'reason.openclaw_update_unfinished':
    'OpenClaw na Państwa maszynie został zaktualizowany i nie może jeszcze odczytać swoich danych.',
  'reason.openclaw_missing': 'Na Państwa maszynie nie ma już OpenClaw.',
  'reason.clock_wrong': 'Zegar na Państwa maszynie wskazuje błędny czas.',
  'reason.claude_logged_out': 'Claude Code na Państwa maszynie jest wylogowany.',
  'reason.endpoint_not_api': 'Pod podanym przez Państwa adresem odpowiada coś innego.',
  'reason.endpoint_no_model': 'Pod podanym przez Państwa adresem nie ma już modelu, o który prosi OpenClaw.',
  'reason.other': 'OpenClaw na Państwa maszynie nie może z niego prawidłowo korzystać.',

  'todo.connect': 'Prosimy połączyć się ponownie: zajmie to kilka minut.',
  'todo.key':
    'Prosimy utworzyć w {provider} nowy klucz lub zalogować się tam ponownie, a następnie połączyć się jeszcze raz.',
  'todo.provider': 'Prosimy załatwić to w {provider}. Nie trzeba łączyć się ponownie.',
  'todo.support': 'Prosimy o kontakt z pomocą techniczną.',
  'todo.wait': 'Często mija to samo. Jeśli do jutra nie minie, prosimy o kontakt z pomocą techniczną.',
  'todo.model': 'Jeśli to nie był Państwa wybór, prosimy otworzyć swoją stronę i wybrać model ponownie.',
  'todo.endpoint':
    'Prosimy sprawdzić adres i dostępne tam modele, a jeśli się zmieniły, połączyć się ponownie.',
  'todo.page':
    'Więcej widać na Państwa stronie. Jeśli potrzebna jest pomoc, prosimy o kontakt z pomocą techniczną.',

  'fact.provider': 'Dostawca',
  'fact.label': 'Nadana nazwa',
  'fact.box': 'Maszyna',
  'fact.ends': 'Wygasa',
  'fact.revoke': 'Unieważnienie pod adresem',

  'button.renew': 'Odnów połączenie',
  'button.connect': 'Połącz ponownie',
  'button.open': 'Otwórz swoją stronę',

  'footer.about': 'To automatyczna wiadomość dotycząca Państwa maszyny OpenClaw ({customer}).',
  'footer.safety': 'Nigdy nie prosimy w e-mailach o klucze, kody ani hasła.',
  'footer.reminders': 'Nie wysyłaj e-maili przed końcem połączenia',
  'footer.problems': 'Nie wysyłaj e-maili o problemach',
  'footer.disconnected': 'Nie wysyłaj e-maili o usuniętych połączeniach',

  'page.title': 'E-maile o Państwa połączeniach',
  'page.reminders.on': 'Przed końcem połączenia wysyłamy Państwu e-mail.',
  'page.reminders.off': 'Przed końcem połączenia nie wysyłamy Państwu e-maili.',
  'page.problems.on':
    'Wysyłamy Państwu e-mail, gdy z połączeniem jest problem, gdy wygasa lub gdy znów działa.',
  'page.problems.off':
    'Nie wysyłamy Państwu e-maili, gdy z połączeniem jest problem, gdy wygasa lub gdy znów działa.',
  'page.disconnected.on': 'Wysyłamy Państwu e-mail, gdy połączenie zostaje usunięte.',
  'page.disconnected.off': 'Nie wysyłamy Państwu e-maili, gdy połączenie zostaje usunięte.',
  'page.stop': 'Nie wysyłaj tych e-maili',
  'page.start': 'Wysyłaj je znowu',
  'page.done': 'Zapisano.',
  'page.gone': 'Ten link już nie działa.',
  'page.gone.todo': 'Prosimy użyć linku z nowszego e-maila lub skontaktować się z pomocą techniczną.',
  'page.failed': 'Tym razem się nie udało. Prosimy spróbować ponownie za kilka minut.',
};
