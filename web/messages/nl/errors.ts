import type { Translated } from '../say.ts';

export const messages: Translated<'errors'> = {
  worker_stopped: 'We moesten dit onderbreken. Begin opnieuw.',
  worker_lost: 'Dit werd aan onze kant onderbroken. Begin opnieuw.',
  worker_short: 'We hebben op dit moment te weinig capaciteit. Probeer het over een paar minuten opnieuw.',
  box_not_listed: 'We konden uw machine niet vinden. Vraag de klantenservice om die toe te voegen.',
  box_ambiguous:
    'Er staat meer dan één machine op uw naam, dus zijn we gestopt. Neem contact op met de klantenservice.',
  box_stopped: 'Uw machine staat uit. Zet de machine aan en probeer het opnieuw.',
  inventory_unavailable:
    'We konden uw machine zojuist niet opzoeken. Probeer het over een paar minuten opnieuw.',
  inventory_denied:
    'We konden uw machine niet opzoeken. Neem contact op met de klantenservice: het probleem ligt bij ons.',
  box_kind_off:
    'We konden uw machine niet bereiken. Neem contact op met de klantenservice: het probleem ligt bij ons.',
  box_address_refused:
    'We konden uw machine niet bereiken. Neem contact op met de klantenservice: het probleem ligt bij ons.',
  box_unreachable: 'We konden uw machine niet bereiken. Probeer het over een paar minuten opnieuw.',
  host_key_unknown:
    'We konden niet zeker weten dat dit uw machine is, dus zijn we gestopt. Neem contact op met de klantenservice.',
  host_key_mismatch:
    'We konden niet zeker weten dat dit uw machine is, dus zijn we gestopt. Neem contact op met de klantenservice en vermeld of de machine opnieuw is geïnstalleerd.',
  ssh_auth_failed:
    'Uw machine liet ons niet binnen. Neem contact op met de klantenservice en vermeld of u hebt gewijzigd wie zich daar kan aanmelden.',
  identity_unusable:
    'We konden onze sleutel voor uw machine niet gebruiken. Neem contact op met de klantenservice: het probleem ligt bij ons.',
  second_factor_wanted:
    'Uw machine vraagt om een tweede factor, die wij niet kunnen geven. Neem contact op met de klantenservice.',
  certificate_refused:
    'Uw machine liet ons niet binnen. Neem contact op met de klantenservice en vermeld of u hebt gewijzigd wie zich daar kan aanmelden.',
  connection_lost: 'De verbinding met uw machine werd verbroken. Begin opnieuw.',
  channel_refused:
    'Uw machine liet ons geen nieuwe sessie openen. Probeer het over een paar minuten opnieuw.',
  box_call_timeout: 'Uw machine antwoordde niet op tijd. Probeer het over een paar minuten opnieuw.',
  claude_missing:
    'We hebben Claude Code niet gevonden op uw machine. Vraag de klantenservice om het te installeren.',
  openclaw_missing:
    'We hebben OpenClaw niet gevonden op uw machine. Vraag de klantenservice om het te installeren.',
  gateway_elsewhere:
    'OpenClaw draait op uw machine onder een ander account. Neem contact op met de klantenservice.',
  openclaw_config_invalid:
    'De instellingen van OpenClaw op uw machine bevatten een fout. Neem contact op met de klantenservice.',
  openclaw_update_unfinished:
    'OpenClaw is op uw machine bijgewerkt en kan zijn gegevens nog niet lezen. Neem contact op met de klantenservice.',
  openclaw_read_only:
    'OpenClaw op uw machine laat ons de aanmelding niet opslaan. Neem contact op met de klantenservice.',
  agent_unclear:
    'OpenClaw op uw machine heeft meerdere agents. Vraag de klantenservice welke we moeten gebruiken.',
  box_unusable:
    'Uw machine antwoordde niet zoals verwacht. Neem contact op met de klantenservice en vermeld of u de shell of de opstartbestanden hebt gewijzigd.',
  account_expired:
    'Het account dat we op uw machine gebruiken, is verlopen. Neem contact op met de klantenservice.',
  login_shell_closed: 'Uw machine antwoordde niet zoals verwacht. Neem contact op met de klantenservice.',
  memory_short: 'Uw machine heeft weinig geheugen over. Probeer het over een paar minuten opnieuw.',
  disk_full:
    'De schijf van uw machine is vol. Maak ruimte vrij of vraag dat aan de klantenservice, en begin dan opnieuw.',
  home_unwritable: 'Uw machine laat ons de aanmelding niet opslaan. Neem contact op met de klantenservice.',
  clock_wrong: 'De klok op uw machine loopt niet gelijk. Vraag de klantenservice om die goed te zetten.',
  node_unfit:
    'Een programma dat uw machine nodig heeft, ontbreekt of is te oud. Vraag de klantenservice om het bij te werken.',
  claude_unfit: 'Claude Code kan niet draaien op uw machine. Neem contact op met de klantenservice.',
  claude_incomplete:
    'Claude Code is niet volledig geïnstalleerd op uw machine. Vraag de klantenservice om het opnieuw te installeren.',
  openclaw_unfit: 'OpenClaw kan niet draaien op uw machine. Neem contact op met de klantenservice.',
  openclaw_incomplete:
    'OpenClaw is niet volledig geïnstalleerd op uw machine. Vraag de klantenservice om het opnieuw te installeren.',
  method_not_available:
    'Deze manier van verbinden werkt niet met de programma’s op uw machine. Kies een andere, of vraag de klantenservice om ze bij te werken.',
  other_credential_first:
    'OpenClaw op uw machine heeft een andere aanmelding of sleutel, die het in plaats van deze zou gebruiken. Neem contact op met de klantenservice.',
  prepare_failed:
    'We konden uw machine niet inrichten. Probeer het opnieuw en neem contact op met de klantenservice als dat niet helpt.',
  claude_crashed: 'Claude Code kon niet starten op uw machine. Neem contact op met de klantenservice.',
  link_not_shown: 'Uw machine deed er te lang over om de aanmelding voor te bereiden. Probeer het opnieuw.',
  link_not_trusted:
    'Uw machine gaf een aanmeldlink die we niet vertrouwen, dus zijn we gestopt. Neem contact op met de klantenservice.',
  claude_settings_broken:
    'Een instellingenbestand van Claude Code op uw machine is beschadigd. Neem contact op met de klantenservice.',
  login_method_forced:
    'Claude Code op uw machine is ingesteld op een andere manier van aanmelden. Neem contact op met de klantenservice of met degene die het heeft ingesteld.',
  provider_not_allowed:
    'De instellingen van Claude Code op uw machine staan de eigen dienst van Anthropic niet toe. Neem contact op met de klantenservice of met degene die het heeft ingesteld.',
  claude_failed: 'Claude Code op uw machine antwoordde niet zoals het hoort. Probeer het opnieuw.',
  claude_not_signed_in:
    'U hebt zich aangemeld, maar Claude Code op uw machine heeft dat niet bewaard. Probeer het opnieuw.',
  screen_unknown:
    'Een programma op uw machine deed iets onverwachts, dus zijn we voor de zekerheid gestopt. Neem contact op met de klantenservice.',
  box_flooded: 'Uw machine antwoordde niet zoals verwacht. Neem contact op met de klantenservice.',
  worker_blocked: 'Uw machine antwoordde niet zoals verwacht. Neem contact op met de klantenservice.',
  program_ended: 'Claude Code op uw machine stopte voordat de aanmelding klaar was. Begin opnieuw.',
  sign_in_expired: 'De aanmeldlink is verlopen. Begin opnieuw voor een nieuwe.',
  code_incomplete: 'Dat is maar een deel van de code. Kopieer hem helemaal, met de # in het midden.',
  code_malformed: 'Dat lijkt niet op een aanmeldcode. Kopieer hem opnieuw van de aanmeldpagina.',
  sealed_unreadable:
    'Wat u hebt verstuurd, kon hier niet worden geopend. Laad deze pagina opnieuw en voer het nog eens in.',
  code_is_mailed:
    'Dat is de code uit de e-mail van Anthropic. Voer die in op de pagina van Anthropic zelf; de code die wij nodig hebben, is langer, met een # in het midden.',
  code_is_key:
    'Dat is een sleutel, niet de code. Houd hem voor uzelf en kopieer de code van de aanmeldpagina.',
  code_is_token:
    'Dat is wat een aanmelding oplevert, niet de code. Het is hier niet nodig: houd het voor uzelf en kopieer de code van de aanmeldpagina.',
  code_is_link:
    'Dat is de link naar de aanmelding. Open hem, meld u aan en kopieer de code die u aan het eind krijgt.',
  code_from_other_link:
    'Die code hoort bij een eerdere aanmeldlink. Open de link die hier staat en kopieer die code.',
  key_incomplete: 'Dat is maar een deel van de sleutel. Kopieer hem helemaal.',
  key_malformed: 'Dat lijkt niet op een sleutel van deze aanbieder. Kopieer hem opnieuw.',
  key_in_pieces: 'Er zit een spatie of regeleinde in de sleutel. Kopieer hem in één stuk.',
  key_several: 'Dat is meer dan één sleutel. Plak er één; de andere kunt u daarna toevoegen.',
  key_of_other_provider: 'Dat is een sleutel van een andere aanbieder.',
  key_is_token:
    'Dat is wat een aanmelding oplevert, geen API-sleutel. Houd het voor uzelf en maak een API-sleutel.',
  key_is_admin:
    'Dat is een beheerderssleutel, waarmee u een model niets kunt vragen. Maak een gewone API-sleutel.',
  key_is_code: 'Dat is een code van een aanmelding, geen API-sleutel.',
  key_is_link: 'Dat is een link, geen sleutel. Open hem en kopieer de sleutel daar.',
  key_is_masked:
    'Dat is de verkorte vorm van een sleutel. Aanbieders tonen een hele sleutel maar één keer; hebt u hem niet, maak dan een nieuwe.',
  code_rejected: 'Claude heeft die code niet geaccepteerd. Meld u opnieuw aan met de nieuwe link.',
  too_many_rejected_codes:
    'Meerdere codes werden niet geaccepteerd. Wacht een paar minuten en begin opnieuw.',
  anthropic_unreachable:
    'Uw machine kreeg geen antwoord van Anthropic. Probeer het over een paar minuten opnieuw.',
  anthropic_error:
    'Anthropic had zojuist een probleem en de code is misschien verbruikt. Meld u aan met de nieuwe link.',
  anthropic_forbidden:
    'Anthropic stond niet toe dat uw machine zich aanmeldde. Neem contact op met de klantenservice: misschien is een ander netwerkadres nodig.',
  account_on_hold: 'Anthropic heeft dit Claude-account opgeschort. Zie https://claude.ai/restricted.',
  organization_refused:
    'De organisatie waar dit Claude-account bij hoort, staat dit niet toe. Meld u aan met een ander account of vraag het uw beheerder.',
  token_incomplete: 'We konden de aanmelding niet volledig van uw machine lezen. Begin opnieuw.',
  openclaw_refused_token:
    'OpenClaw heeft niet bevestigd dat het de aanmelding heeft opgeslagen. Probeer het opnieuw en neem contact op met de klantenservice als dat niet helpt.',
  openclaw_failed:
    'OpenClaw antwoordde niet zoals verwacht op uw machine. Probeer het opnieuw en neem contact op met de klantenservice als dat niet helpt.',
  model_not_offered:
    'Het gekozen model is niet beschikbaar op uw machine. Vraag de klantenservice om een ander te kiezen.',
  credential_overridden:
    'Een andere instelling op uw machine zit de nieuwe aanmelding in de weg. Neem contact op met de klantenservice.',
  credential_not_effective:
    'OpenClaw heeft de aanmelding, maar gebruikt die niet. Neem contact op met de klantenservice.',
  credential_in_cooldown:
    'OpenClaw heeft de aanmelding na eerdere fouten gepauzeerd. Probeer het later opnieuw.',
  credential_expired:
    '{what, select, key {Deze sleutel is verlopen. Maak opnieuw verbinding.} signIn {Deze aanmelding is verlopen. Maak opnieuw verbinding.} other {Deze sleutel of aanmelding is verlopen. Maak opnieuw verbinding.}}',
  credential_missing:
    '{what, select, key {Deze sleutel staat niet meer op uw machine. Maak opnieuw verbinding.} signIn {Deze aanmelding staat niet meer op uw machine. Maak opnieuw verbinding.} other {Deze sleutel of aanmelding staat niet meer op uw machine. Maak opnieuw verbinding.}}',
  credential_replaced:
    'Op uw machine staat nu een andere sleutel of aanmelding in plaats van deze. Maak opnieuw verbinding.',
  model_moved: 'OpenClaw op uw machine gebruikt nu een model van een andere aanbieder.',
  gateway_down: 'OpenClaw draait niet op uw machine. Neem contact op met de klantenservice.',
  gateway_refuses:
    'OpenClaw draait op uw machine, maar beantwoordt geen enkele chat. Neem contact op met de klantenservice.',
  gateway_other_store:
    'OpenClaw op uw machine draait met andere instellingen. Neem contact op met de klantenservice.',
  store_unreadable:
    'De gegevens van OpenClaw op uw machine zijn beschadigd. Neem contact op met de klantenservice.',
  claude_logged_out: 'Claude Code op uw machine is afgemeld. Maak opnieuw verbinding.',
  profile_not_removed:
    'Uw machine heeft de aanmelding nog. Probeer het opnieuw of neem contact op met de klantenservice.',
  profile_not_separable:
    'De aanmelding op uw machine kan niet afzonderlijk worden verwijderd. Neem contact op met de klantenservice.',
  turn_failed:
    'Claude antwoordde niet met de nieuwe aanmelding. Probeer het opnieuw en neem contact op met de klantenservice als dat niet helpt.',
  key_rejected:
    '{what, select, key {De aanbieder kent deze sleutel niet. Controleer of u hem helemaal hebt gekopieerd, of maak daar een andere.} signIn {De aanbieder kent deze aanmelding niet. Meld u opnieuw aan.} other {De aanbieder kent deze sleutel of aanmelding niet. Controleer of u de sleutel helemaal hebt gekopieerd, maak daar een andere of meld u opnieuw aan.}}',
  key_revoked:
    '{what, select, key {Deze sleutel is ingetrokken of verlopen. Maak een andere bij de aanbieder.} signIn {Deze aanmelding is ingetrokken of verlopen. Meld u opnieuw aan.} other {Deze sleutel of aanmelding is ingetrokken of verlopen. Maak een andere sleutel bij de aanbieder of meld u opnieuw aan.}}',
  key_no_credit:
    '{what, select, key {De sleutel klopt, maar het account heeft geen tegoed meer of heeft zijn limiet bereikt. Regel dat bij de aanbieder en probeer het dan opnieuw.} signIn {De aanmelding klopt, maar het account heeft geen tegoed meer of heeft zijn limiet bereikt. Regel dat bij de aanbieder en probeer het dan opnieuw.} other {De sleutel of aanmelding klopt, maar het account heeft geen tegoed meer of heeft zijn limiet bereikt. Regel dat bij de aanbieder en probeer het dan opnieuw.}}',
  key_no_access:
    '{what, select, key {De sleutel klopt, maar mag dit model niet gebruiken. Vraag toegang bij de aanbieder, of gebruik een andere sleutel.} signIn {De aanmelding klopt, maar mag dit model niet gebruiken. Vraag toegang bij de aanbieder, of meld u aan met een ander account.} other {De sleutel of aanmelding klopt, maar mag dit model niet gebruiken. Vraag toegang bij de aanbieder, of gebruik een andere.}}',
  region_refused:
    '{what, select, key {De aanbieder accepteert geen verzoeken van waar uw machine staat. Het ligt niet aan uw sleutel. Neem contact op met de klantenservice.} signIn {De aanbieder accepteert geen verzoeken van waar uw machine staat. Het ligt niet aan uw aanmelding. Neem contact op met de klantenservice.} other {De aanbieder accepteert geen verzoeken van waar uw machine staat. Het ligt niet aan uw sleutel of aanmelding. Neem contact op met de klantenservice.}}',
  provider_rate_limited:
    '{what, select, key {De aanbieder beperkt op dit moment verzoeken met deze sleutel, die best kan kloppen. Probeer het over een paar minuten opnieuw.} signIn {De aanbieder beperkt op dit moment verzoeken met deze aanmelding, die best kan kloppen. Probeer het over een paar minuten opnieuw.} other {De aanbieder beperkt op dit moment verzoeken met deze sleutel of aanmelding, die best kan kloppen. Probeer het over een paar minuten opnieuw.}}',
  provider_down:
    '{what, select, key {De aanbieder heeft op dit moment problemen. Het ligt niet aan uw sleutel. Probeer het over een paar minuten opnieuw.} signIn {De aanbieder heeft op dit moment problemen. Het ligt niet aan uw aanmelding. Probeer het over een paar minuten opnieuw.} other {De aanbieder heeft op dit moment problemen. Het ligt niet aan uw sleutel of aanmelding. Probeer het over een paar minuten opnieuw.}}',
  provider_no_answer:
    '{what, select, key {De aanbieder gaf uw machine geen antwoord. Uw sleutel kan best kloppen. Probeer het opnieuw en neem contact op met de klantenservice als dat niet helpt.} signIn {De aanbieder gaf uw machine geen antwoord. Uw aanmelding kan best kloppen. Probeer het opnieuw en neem contact op met de klantenservice als dat niet helpt.} other {De aanbieder gaf uw machine geen antwoord. Uw sleutel of aanmelding kan best kloppen. Probeer het opnieuw en neem contact op met de klantenservice als dat niet helpt.}}',
  endpoint_no_answer:
    'Op dit adres kreeg uw machine geen antwoord. Controleer het adres, en of uw machine het kan bereiken.',
  endpoint_not_api:
    'Op dit adres antwoordt iets anders. Controleer het einde ervan, zoals /v1, en het protocol.',
  endpoint_no_model: 'Dit adres heeft geen model met die naam. Controleer de naam van het eerste model.',
  profiles_used_up:
    'Uw machine heeft te veel oude sleutels of aanmeldingen. Neem contact op met de klantenservice.',
  deadline_exceeded: 'Uw machine deed er te lang over. Probeer het opnieuw.',
  cancelled: 'Geannuleerd.',
  internal_error: 'Er ging aan onze kant iets mis. Neem contact op met de klantenservice.',
  vault_unavailable:
    'We konden zojuist niet ophalen wat we nodig hebben. Probeer het over een paar minuten opnieuw.',
  vault_denied:
    'Dit werkt op dit moment niet. Neem contact op met de klantenservice: het probleem ligt bij ons.',
  vault_unreadable: 'Dit kan niet voor u worden hersteld. Maak opnieuw verbinding.',
  vault_no_copy: 'Dit kan niet voor u worden hersteld. Maak opnieuw verbinding.',
  input_invalid: 'Dat hebben we niet begrepen. Laad de pagina opnieuw.',
  not_signed_in:
    'U bent hier niet aangemeld, of uw sessie is beëindigd. Open ‘Claude verbinden’ opnieuw vanuit uw dashboard.',
  cookies_blocked:
    'Deze pagina heeft cookies nodig en uw browser heeft de onze niet bewaard. Sta cookies toe voor deze site en open dan ‘Claude verbinden’ opnieuw vanuit uw dashboard.',
  view_only: 'U bekijkt deze pagina voor de klantenservice. Alleen de klant kan dat doen.',
  origin_refused: 'Deze pagina mag dat niet. Open ‘Claude verbinden’ opnieuw vanuit uw dashboard.',
  not_here: 'Hier is niets.',
  link_used: 'Deze link is al gebruikt of is te oud. Open ‘Claude verbinden’ opnieuw vanuit uw dashboard.',
  hand_over_used:
    'Deze code is al gebruikt, is beëindigd of is te oud. Kies op het apparaat waarop u bent begonnen opnieuw ‘Doorgaan op een ander apparaat’.',
  hand_over_handed:
    'Dit apparaat gaat verder met wat u op een ander bent begonnen. Ga voor een derde terug naar het eerste.',
  not_waiting: 'Er is nu geen code nodig.',
  handshake_under_way: 'Uw aanmelding wordt op dit moment verbonden. Rond dat eerst af of annuleer het.',
  disconnect_under_way:
    'Uw eerdere aanmelding wordt van uw machine verwijderd. Probeer het over een minuut opnieuw.',
  body_too_large: 'Dat is te lang voor een code.',
  too_many_requests: 'Dat waren te veel verzoeken in korte tijd. Wacht een minuut en probeer het opnieuw.',
  method_not_offered: 'Deze manier van verbinden wordt hier niet aangeboden. Kies een andere.',
  not_in_plan: 'Dit zit niet in uw pakket. Uw hostingprovider kan u zeggen in welke pakketten wel.',
  endpoint_unfit: 'Er ontbreekt iets. Controleer het adres, het protocol, de modellen en de sleutel.',
  key_needed_again: 'Voer de sleutel opnieuw in: we hebben hem niet bewaard.',
  order_incomplete: 'Uw sleutels zijn intussen veranderd. Kijk opnieuw en zet ze dan op volgorde.',
  change_under_way: 'Op uw machine wordt net iets anders gewijzigd. Probeer het over een minuut opnieuw.',
  queue_full:
    'Op dit moment wachten veel mensen om verbinding te maken. Probeer het over een minuut opnieuw.',
  box_paused:
    'Uw machine antwoordde een paar minuten geleden niet zoals verwacht. Wacht tien minuten en probeer het opnieuw, of neem contact op met de klantenservice.',
  look_late: 'We konden uw machine zojuist niet controleren. Probeer het over een minuut opnieuw.',
  platform_key_missing:
    'We konden zojuist een sleutel van onszelf niet opzoeken. Neem contact op met de klantenservice.',
  service_unavailable: 'Onze dienst is op dit moment niet bereikbaar. Probeer het over een minuut opnieuw.',
  history_unavailable:
    'Onze gegevens zijn op dit moment niet bereikbaar. Probeer het over een minuut opnieuw.',
  usage_capped:
    'Deze verbinding heeft haar gebruikslimiet bereikt en is gepauzeerd. Ze blijft bewaard en wordt weer gebruikt zodra de periode voorbij is.',
  usage_unusual:
    'Er is veel meer gebruikt dan anders. Neem contact op met de klantenservice als u dat niet was.',
  fallback_in_use: 'Onze modellen antwoorden in plaats van die van u. Controleer uw verbinding.',
};
