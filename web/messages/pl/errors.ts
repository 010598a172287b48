import type { Translated } from '../say.ts';

export const messages: Translated<'errors'> = {
  worker_stopped: 'Musieliśmy to przerwać. Prosimy zacząć od nowa.',
  worker_lost: 'Coś przerwało to po naszej stronie. Prosimy zacząć od nowa.',
  worker_short: 'Brakuje nam teraz zasobów. Prosimy spróbować ponownie za kilka minut.',
  box_not_listed: 'Nie znaleźliśmy Państwa maszyny. Prosimy zwrócić się do pomocy technicznej o jej dodanie.',
  box_ambiguous:
    'Do Państwa przypisana jest więcej niż jedna maszyna, więc przerwaliśmy działanie. Prosimy o kontakt z pomocą techniczną.',
  box_stopped: 'Państwa maszyna jest wyłączona. Prosimy ją włączyć i spróbować ponownie.',
  inventory_unavailable:
    'Nie udało się teraz odszukać Państwa maszyny. Prosimy spróbować ponownie za kilka minut.',
  inventory_denied:
    'Nie udało się odszukać Państwa maszyny. Prosimy o kontakt z pomocą techniczną: problem leży po naszej stronie.',
  box_kind_off:
    'Nie udało się połączyć z Państwa maszyną. Prosimy o kontakt z pomocą techniczną: problem leży po naszej stronie.',
  box_address_refused:
    'Nie udało się połączyć z Państwa maszyną. Prosimy o kontakt z pomocą techniczną: problem leży po naszej stronie.',
  box_unreachable: 'Nie udało się połączyć z Państwa maszyną. Prosimy spróbować ponownie za kilka minut.',
  host_key_unknown:
    'Nie mogliśmy się upewnić, że to Państwa maszyna, więc przerwaliśmy działanie. Prosimy o kontakt z pomocą techniczną.',
  host_key_mismatch:
    'Nie mogliśmy się upewnić, że to Państwa maszyna, więc przerwaliśmy działanie. Prosimy o kontakt z pomocą techniczną i informację, czy była instalowana od nowa.',
  ssh_auth_failed:
    'Państwa maszyna nas nie wpuściła. Prosimy o kontakt z pomocą techniczną i informację, czy zmieniono, kto może się na niej logować.',
  identity_unusable:
    'Nie mogliśmy użyć naszego klucza do Państwa maszyny. Prosimy o kontakt z pomocą techniczną: problem leży po naszej stronie.',
  second_factor_wanted:
    'Państwa maszyna wymaga drugiego składnika, którego nie możemy podać. Prosimy o kontakt z pomocą techniczną.',
  certificate_refused:
    'Państwa maszyna nas nie wpuściła. Prosimy o kontakt z pomocą techniczną i informację, czy zmieniono, kto może się na niej logować.',
  connection_lost: 'Połączenie z Państwa maszyną zostało przerwane. Prosimy zacząć od nowa.',
  channel_refused:
    'Państwa maszyna nie pozwoliła nam otworzyć kolejnej sesji. Prosimy spróbować ponownie za kilka minut.',
  box_call_timeout: 'Państwa maszyna nie odpowiedziała na czas. Prosimy spróbować ponownie za kilka minut.',
  claude_missing:
    'Nie znaleźliśmy Claude Code na Państwa maszynie. Prosimy zwrócić się do pomocy technicznej o instalację.',
  openclaw_missing:
    'Nie znaleźliśmy OpenClaw na Państwa maszynie. Prosimy zwrócić się do pomocy technicznej o instalację.',
  gateway_elsewhere:
    'OpenClaw działa na Państwa maszynie na innym koncie. Prosimy o kontakt z pomocą techniczną.',
  openclaw_config_invalid:
    'Ustawienia OpenClaw na Państwa maszynie zawierają błąd. Prosimy o kontakt z pomocą techniczną.',
  openclaw_update_unfinished:
    'OpenClaw na Państwa maszynie został zaktualizowany i nie może jeszcze odczytać swoich danych. Prosimy o kontakt z pomocą techniczną.',
  openclaw_read_only:
    'OpenClaw na Państwa maszynie nie pozwala nam zapisać autoryzacji. Prosimy o kontakt z pomocą techniczną.',
  agent_unclear:
    'OpenClaw na Państwa maszynie ma kilku agentów. Prosimy zapytać pomoc techniczną, którego użyć.',
  box_unusable:
    'Państwa maszyna nie odpowiedziała zgodnie z oczekiwaniami. Prosimy o kontakt z pomocą techniczną i informację, czy zmieniono powłokę lub jej pliki startowe.',
  account_expired:
    'Konto, którego używamy na Państwa maszynie, wygasło. Prosimy o kontakt z pomocą techniczną.',
  login_shell_closed:
    'Państwa maszyna nie odpowiedziała zgodnie z oczekiwaniami. Prosimy o kontakt z pomocą techniczną.',
  memory_short: 'Na Państwa maszynie brakuje pamięci. Prosimy spróbować ponownie za kilka minut.',
  disk_full:
    'Dysk Państwa maszyny jest pełny. Prosimy zwolnić miejsce lub poprosić o to pomoc techniczną, a potem zacząć od nowa.',
  home_unwritable:
    'Państwa maszyna nie pozwala nam zapisać autoryzacji. Prosimy o kontakt z pomocą techniczną.',
  clock_wrong:
    'Zegar na Państwa maszynie wskazuje błędny czas. Prosimy zwrócić się do pomocy technicznej o jego ustawienie.',
  node_unfit:
    'Brakuje programu potrzebnego Państwa maszynie albo jest on zbyt stary. Prosimy zwrócić się do pomocy technicznej o aktualizację.',
  claude_unfit: 'Claude Code nie może działać na Państwa maszynie. Prosimy o kontakt z pomocą techniczną.',
  claude_incomplete:
    'Claude Code nie jest w pełni zainstalowany na Państwa maszynie. Prosimy zwrócić się do pomocy technicznej o ponowną instalację.',
  openclaw_unfit: 'OpenClaw nie może działać na Państwa maszynie. Prosimy o kontakt z pomocą techniczną.',
  openclaw_incomplete:
    'OpenClaw nie jest w pełni zainstalowany na Państwa maszynie. Prosimy zwrócić się do pomocy technicznej o ponowną instalację.',
  method_not_available:
    'Ten sposób łączenia nie działa z programami na Państwa maszynie. Prosimy wybrać inny albo zwrócić się do pomocy technicznej o ich aktualizację.',
  other_credential_first:
    'OpenClaw na Państwa maszynie ma inną autoryzację lub inny klucz i użyłby ich zamiast tych. Prosimy o kontakt z pomocą techniczną.',
  prepare_failed:
    'Nie udało się przygotować Państwa maszyny. Prosimy spróbować ponownie, a jeśli to nie pomoże, skontaktować się z pomocą techniczną.',
  claude_crashed:
    'Claude Code nie mógł się uruchomić na Państwa maszynie. Prosimy o kontakt z pomocą techniczną.',
  link_not_shown: 'Państwa maszyna zbyt długo przygotowywała logowanie. Prosimy spróbować ponownie.',
  link_not_trusted:
    'Państwa maszyna podała link logowania, któremu nie ufamy, więc przerwaliśmy działanie. Prosimy o kontakt z pomocą techniczną.',
  claude_settings_broken:
    'Plik ustawień Claude Code na Państwa maszynie jest uszkodzony. Prosimy o kontakt z pomocą techniczną.',
  login_method_forced:
    'Claude Code na Państwa maszynie jest ustawiony na inny sposób logowania. Prosimy o kontakt z pomocą techniczną lub z osobą, która go skonfigurowała.',
  provider_not_allowed:
    'Ustawienia Claude Code na Państwa maszynie nie dopuszczają własnej usługi Anthropic. Prosimy o kontakt z pomocą techniczną lub z osobą, która go skonfigurowała.',
  claude_failed:
    'Claude Code na Państwa maszynie nie odpowiedział tak, jak powinien. Prosimy spróbować ponownie.',
  claude_not_signed_in:
    'Logowanie się powiodło, ale Claude Code na Państwa maszynie go nie zachował. Prosimy spróbować ponownie.',
  screen_unknown:
    'Program na Państwa maszynie zrobił coś nieoczekiwanego, więc dla bezpieczeństwa przerwaliśmy działanie. Prosimy o kontakt z pomocą techniczną.',
  box_flooded:
    'Państwa maszyna nie odpowiedziała zgodnie z oczekiwaniami. Prosimy o kontakt z pomocą techniczną.',
  worker_blocked:
    'Państwa maszyna nie odpowiedziała zgodnie z oczekiwaniami. Prosimy o kontakt z pomocą techniczną.',
  program_ended:
    'Claude Code na Państwa maszynie zakończył pracę, zanim logowanie zostało ukończone. Prosimy zacząć od nowa.',
  sign_in_expired: 'Link logowania wygasł. Prosimy zacząć od nowa, aby otrzymać nowy.',
  code_incomplete: 'To tylko część kodu. Prosimy skopiować cały, razem ze znakiem # w środku.',
  code_malformed: 'To nie wygląda na kod logowania. Prosimy skopiować go ponownie ze strony logowania.',
  sealed_unreadable:
    'Nie udało się tu otworzyć tego, co zostało wysłane. Prosimy odświeżyć tę stronę i wpisać to ponownie.',
  code_is_mailed:
    'To kod z e-maila od Anthropic. Proszę wpisać go na stronie Anthropic; kod, którego potrzebujemy, jest dłuższy i ma # w środku.',
  code_is_key: 'To klucz, a nie kod. Proszę zachować go dla siebie i skopiować kod ze strony logowania.',
  code_is_token:
    'To wynik logowania, a nie kod. Tutaj nie jest potrzebny: proszę zachować go dla siebie i skopiować kod ze strony logowania.',
  code_is_link:
    'To link do logowania. Proszę go otworzyć, zalogować się i skopiować kod, który pojawi się na końcu.',
  code_from_other_link:
    'Ten kod należy do wcześniejszego linku logowania. Prosimy otworzyć link pokazany tutaj i skopiować jego kod.',
  key_incomplete: 'To tylko część klucza. Prosimy skopiować cały.',
  key_malformed: 'To nie wygląda na klucz tego dostawcy. Prosimy skopiować go ponownie.',
  key_in_pieces: 'W kluczu jest odstęp lub koniec wiersza. Prosimy skopiować go w jednym kawałku.',
  key_several: 'To więcej niż jeden klucz. Prosimy wkleić jeden z nich; pozostałe można dodać później.',
  key_of_other_provider: 'To klucz innego dostawcy.',
  key_is_token: 'To wynik logowania, a nie klucz API. Proszę zachować go dla siebie i utworzyć klucz API.',
  key_is_admin:
    'To klucz administratora, którym nie można o nic zapytać modelu. Prosimy utworzyć zwykły klucz API.',
  key_is_code: 'To kod z logowania, a nie klucz API.',
  key_is_link: 'To link, a nie klucz. Proszę go otworzyć i skopiować stamtąd klucz.',
  key_is_masked:
    'To skrócona postać klucza. Dostawcy pokazują cały klucz tylko raz; jeśli go Państwo nie mają, prosimy utworzyć nowy.',
  code_rejected: 'Claude nie przyjął tego kodu. Prosimy zalogować się ponownie za pomocą nowego linku.',
  too_many_rejected_codes:
    'Kilka kodów nie zostało przyjętych. Prosimy odczekać kilka minut i zacząć od nowa.',
  anthropic_unreachable:
    'Państwa maszyna nie otrzymała odpowiedzi od Anthropic. Prosimy spróbować ponownie za kilka minut.',
  anthropic_error:
    'Anthropic miał przed chwilą problem, a kod mógł zostać zużyty. Prosimy zalogować się za pomocą nowego linku.',
  anthropic_forbidden:
    'Anthropic nie pozwolił Państwa maszynie się zalogować. Prosimy o kontakt z pomocą techniczną: być może potrzebny jest inny adres sieciowy.',
  account_on_hold: 'Anthropic zawiesił to konto Claude. Szczegóły: https://claude.ai/restricted.',
  organization_refused:
    'Organizacja, do której należy to konto Claude, na to nie pozwala. Prosimy zalogować się na inne konto lub zapytać administratora.',
  token_incomplete: 'Nie udało się odczytać całej autoryzacji z Państwa maszyny. Prosimy zacząć od nowa.',
  openclaw_refused_token:
    'OpenClaw nie potwierdził zapisania autoryzacji. Prosimy spróbować ponownie, a jeśli to nie pomoże, skontaktować się z pomocą techniczną.',
  openclaw_failed:
    'OpenClaw na Państwa maszynie nie odpowiedział zgodnie z oczekiwaniami. Prosimy spróbować ponownie, a jeśli to nie pomoże, skontaktować się z pomocą techniczną.',
  model_not_offered:
    'Wybrany model nie jest dostępny na Państwa maszynie. Prosimy zwrócić się do pomocy technicznej o wybór innego.',
  credential_overridden:
    'Inne ustawienie na Państwa maszynie przeszkadza nowej autoryzacji. Prosimy o kontakt z pomocą techniczną.',
  credential_not_effective:
    'OpenClaw ma autoryzację, ale jej nie używa. Prosimy o kontakt z pomocą techniczną.',
  credential_in_cooldown:
    'OpenClaw wstrzymał autoryzację po wcześniejszych błędach. Prosimy spróbować ponownie później.',
  credential_expired:
    '{what, select, key {Ten klucz wygasł. Prosimy połączyć się ponownie.} signIn {Ta autoryzacja wygasła. Prosimy połączyć się ponownie.} other {Ten klucz lub autoryzacja wygasły. Prosimy połączyć się ponownie.}}',
  credential_missing:
    '{what, select, key {Tego klucza nie ma już na Państwa maszynie. Prosimy połączyć się ponownie.} signIn {Tej autoryzacji nie ma już na Państwa maszynie. Prosimy połączyć się ponownie.} other {Tego klucza lub autoryzacji nie ma już na Państwa maszynie. Prosimy połączyć się ponownie.}}',
  credential_replaced:
    'Na Państwa maszynie w tym miejscu jest teraz inny klucz lub inna autoryzacja. Prosimy połączyć się ponownie.',
  model_moved: 'OpenClaw na Państwa maszynie używa teraz modelu innego dostawcy.',
  gateway_down: 'OpenClaw na Państwa maszynie nie działa. Prosimy o kontakt z pomocą techniczną.',
  gateway_refuses:
    'OpenClaw na Państwa maszynie działa, ale nie odpowiada na żaden czat. Prosimy o kontakt z pomocą techniczną.',
  gateway_other_store:
    'OpenClaw na Państwa maszynie działa z innymi ustawieniami. Prosimy o kontakt z pomocą techniczną.',
  store_unreadable: 'Dane OpenClaw na Państwa maszynie są uszkodzone. Prosimy o kontakt z pomocą techniczną.',
  claude_logged_out: 'Claude Code na Państwa maszynie jest wylogowany. Prosimy połączyć się ponownie.',
  profile_not_removed:
    'Państwa maszyna nadal ma autoryzację. Prosimy spróbować ponownie lub skontaktować się z pomocą techniczną.',
  profile_not_separable:
    'Autoryzacji na Państwa maszynie nie można usunąć osobno. Prosimy o kontakt z pomocą techniczną.',
  turn_failed:
    'Claude nie odpowiedział przy użyciu nowej autoryzacji. Prosimy spróbować ponownie, a jeśli to nie pomoże, skontaktować się z pomocą techniczną.',
  key_rejected:
    '{what, select, key {Dostawca nie zna tego klucza. Prosimy sprawdzić, czy skopiowano go w całości, albo utworzyć tam inny.} signIn {Dostawca nie zna tej autoryzacji. Prosimy zalogować się ponownie.} other {Dostawca nie zna tego klucza lub autoryzacji. Prosimy sprawdzić, czy skopiowano cały klucz, utworzyć tam inny albo zalogować się ponownie.}}',
  key_revoked:
    '{what, select, key {Ten klucz został unieważniony lub wygasł. Prosimy utworzyć u dostawcy inny.} signIn {Ta autoryzacja została cofnięta lub wygasła. Prosimy zalogować się ponownie.} other {Ten klucz lub autoryzacja zostały unieważnione lub wygasły. Prosimy utworzyć u dostawcy inny klucz albo zalogować się ponownie.}}',
  key_no_credit:
    '{what, select, key {Klucz jest prawidłowy, ale na koncie nie ma już środków lub osiągnięto limit. Prosimy załatwić to u dostawcy i spróbować ponownie.} signIn {Autoryzacja jest prawidłowa, ale na koncie nie ma już środków lub osiągnięto limit. Prosimy załatwić to u dostawcy i spróbować ponownie.} other {Klucz lub autoryzacja są prawidłowe, ale na koncie nie ma już środków lub osiągnięto limit. Prosimy załatwić to u dostawcy i spróbować ponownie.}}',
  key_no_access:
    '{what, select, key {Klucz jest prawidłowy, ale nie może używać tego modelu. Prosimy uzyskać dostęp u dostawcy albo użyć innego klucza.} signIn {Autoryzacja jest prawidłowa, ale nie może używać tego modelu. Prosimy uzyskać dostęp u dostawcy albo zalogować się na inne konto.} other {Klucz lub autoryzacja są prawidłowe, ale nie mogą używać tego modelu. Prosimy uzyskać dostęp u dostawcy albo użyć czegoś innego.}}',
  region_refused:
    '{what, select, key {Dostawca nie przyjmuje zapytań z miejsca, w którym jest Państwa maszyna. Klucz nie jest przyczyną. Prosimy o kontakt z pomocą techniczną.} signIn {Dostawca nie przyjmuje zapytań z miejsca, w którym jest Państwa maszyna. Autoryzacja nie jest przyczyną. Prosimy o kontakt z pomocą techniczną.} other {Dostawca nie przyjmuje zapytań z miejsca, w którym jest Państwa maszyna. Klucz ani autoryzacja nie są przyczyną. Prosimy o kontakt z pomocą techniczną.}}',
  provider_rate_limited:
    '{what, select, key {Dostawca ogranicza teraz zapytania z tym kluczem, który może być prawidłowy. Prosimy spróbować ponownie za kilka minut.} signIn {Dostawca ogranicza teraz zapytania z tą autoryzacją, która może być prawidłowa. Prosimy spróbować ponownie za kilka minut.} other {Dostawca ogranicza teraz zapytania z tym kluczem lub autoryzacją, które mogą być prawidłowe. Prosimy spróbować ponownie za kilka minut.}}',
  provider_down:
    '{what, select, key {Dostawca ma teraz problemy. Klucz nie jest przyczyną. Prosimy spróbować ponownie za kilka minut.} signIn {Dostawca ma teraz problemy. Autoryzacja nie jest przyczyną. Prosimy spróbować ponownie za kilka minut.} other {Dostawca ma teraz problemy. Klucz ani autoryzacja nie są przyczyną. Prosimy spróbować ponownie za kilka minut.}}',
  provider_no_answer:
    '{what, select, key {Dostawca nie odpowiedział Państwa maszynie. Klucz może być prawidłowy. Prosimy spróbować ponownie, a jeśli to nie pomoże, skontaktować się z pomocą techniczną.} signIn {Dostawca nie odpowiedział Państwa maszynie. Autoryzacja może być prawidłowa. Prosimy spróbować ponownie, a jeśli to nie pomoże, skontaktować się z pomocą techniczną.} other {Dostawca nie odpowiedział Państwa maszynie. Klucz lub autoryzacja mogą być prawidłowe. Prosimy spróbować ponownie, a jeśli to nie pomoże, skontaktować się z pomocą techniczną.}}',
  endpoint_no_answer:
    'Pod tym adresem nic nie odpowiedziało Państwa maszynie. Prosimy sprawdzić adres oraz czy maszyna może się z nim połączyć.',
  endpoint_not_api:
    'Pod tym adresem odpowiada coś innego. Prosimy sprawdzić jego końcówkę, na przykład /v1, oraz protokół.',
  endpoint_no_model: 'Ten adres nie ma modelu o tej nazwie. Prosimy sprawdzić nazwę pierwszego modelu.',
  profiles_used_up:
    'Na Państwa maszynie jest zbyt wiele starych kluczy lub autoryzacji. Prosimy o kontakt z pomocą techniczną.',
  deadline_exceeded: 'Państwa maszynie zajęło to zbyt dużo czasu. Prosimy spróbować ponownie.',
  cancelled: 'Anulowano.',
  internal_error: 'Coś poszło nie tak po naszej stronie. Prosimy o kontakt z pomocą techniczną.',
  vault_unavailable:
    'Nie udało się teraz pobrać tego, czego potrzebujemy. Prosimy spróbować ponownie za kilka minut.',
  vault_denied: 'To teraz nie działa. Prosimy o kontakt z pomocą techniczną: problem leży po naszej stronie.',
  vault_unreadable: 'Tego nie można przywrócić. Prosimy połączyć się ponownie.',
  vault_no_copy: 'Tego nie można przywrócić. Prosimy połączyć się ponownie.',
  input_invalid: 'Nie zrozumieliśmy tego. Prosimy odświeżyć stronę.',
  not_signed_in:
    'Nie są tu Państwo zalogowani lub sesja się zakończyła. Prosimy ponownie otworzyć „Połącz Claude” ze swojego panelu.',
  cookies_blocked:
    'Ta strona potrzebuje plików cookie, a przeglądarka nie zachowała naszych. Prosimy zezwolić na pliki cookie dla tej witryny i ponownie otworzyć „Połącz Claude” ze swojego panelu.',
  view_only: 'Oglądają Państwo tę stronę jako pomoc techniczna. Może to zrobić tylko klient.',
  origin_refused:
    'Ta strona nie może tego zrobić. Prosimy ponownie otworzyć „Połącz Claude” ze swojego panelu.',
  not_here: 'Nic tu nie ma.',
  link_used:
    'Ten link został już użyty lub jest zbyt stary. Prosimy ponownie otworzyć „Połącz Claude” ze swojego panelu.',
  hand_over_used:
    'Ten kod został już użyty, zakończony lub jest zbyt stary. Na urządzeniu, na którym zaczęto, prosimy ponownie wybrać „Kontynuuj na innym urządzeniu”.',
  hand_over_handed:
    'To urządzenie kontynuuje to, co zaczęto na innym. Aby użyć trzeciego, prosimy wrócić do pierwszego.',
  not_waiting: 'Żaden kod nie jest teraz potrzebny.',
  handshake_under_way:
    'Państwa autoryzacja jest właśnie łączona. Prosimy najpierw to dokończyć lub anulować.',
  disconnect_under_way:
    'Państwa wcześniejsza autoryzacja jest właśnie usuwana z maszyny. Prosimy spróbować ponownie za minutę.',
  body_too_large: 'To jest za długie jak na kod.',
  too_many_requests: 'Zbyt wiele zapytań w krótkim czasie. Prosimy odczekać minutę i spróbować ponownie.',
  method_not_offered: 'Ten sposób łączenia nie jest tu oferowany. Prosimy wybrać inny.',
  not_in_plan:
    'Państwa plan tego nie obejmuje. Państwa dostawca hostingu może powiedzieć, które plany to obejmują.',
  endpoint_unfit: 'Czegoś brakuje. Prosimy sprawdzić adres, protokół, modele i klucz.',
  key_needed_again: 'Prosimy wpisać klucz ponownie: nie zachowaliśmy go.',
  order_incomplete:
    'Państwa klucze w międzyczasie się zmieniły. Prosimy spojrzeć ponownie, a potem je uporządkować.',
  change_under_way: 'Na Państwa maszynie trwa właśnie inna zmiana. Prosimy spróbować ponownie za minutę.',
  queue_full: 'Wiele osób czeka teraz na połączenie. Prosimy spróbować ponownie za minutę.',
  box_paused:
    'Kilka minut temu Państwa maszyna nie odpowiedziała zgodnie z oczekiwaniami. Prosimy odczekać dziesięć minut i spróbować ponownie albo skontaktować się z pomocą techniczną.',
  look_late: 'Nie udało się teraz sprawdzić Państwa maszyny. Prosimy spróbować ponownie za minutę.',
  platform_key_missing: 'Nie udało się teraz odszukać naszego klucza. Prosimy o kontakt z pomocą techniczną.',
  service_unavailable: 'Nasza usługa jest teraz niedostępna. Prosimy spróbować ponownie za minutę.',
  history_unavailable: 'Nasze zapisy są teraz niedostępne. Prosimy spróbować ponownie za minutę.',
  usage_capped:
    'To połączenie osiągnęło limit użycia i jest wstrzymane. Zostaje zachowane i będzie znów używane po zakończeniu okresu.',
  usage_unusual:
    'Użycie było znacznie większe niż zwykle. Jeśli to nie Państwo, prosimy o kontakt z pomocą techniczną.',
  fallback_in_use: 'Odpowiadają nasze modele zamiast Państwa modeli. Prosimy sprawdzić połączenie.',
};
