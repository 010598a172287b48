import type { Translated } from '../say.ts';

export const messages: Translated<'errors'> = {
  worker_stopped: 'Wir mussten das unterbrechen. Bitte beginnen Sie noch einmal.',
  worker_lost: 'Auf unserer Seite wurde das unterbrochen. Bitte beginnen Sie noch einmal.',
  worker_short: 'Uns fehlen gerade Kapazitäten. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  box_not_listed: 'Wir konnten Ihren Rechner nicht finden. Bitte lassen Sie ihn vom Support eintragen.',
  box_ambiguous:
    'Unter Ihrem Namen ist mehr als ein Rechner eingetragen, deshalb haben wir abgebrochen. Bitte wenden Sie sich an den Support.',
  box_stopped: 'Ihr Rechner ist ausgeschaltet. Bitte schalten Sie ihn ein und versuchen Sie es noch einmal.',
  inventory_unavailable:
    'Wir konnten die Angaben zu Ihrem Rechner gerade nicht abrufen. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  inventory_denied:
    'Wir konnten die Angaben zu Ihrem Rechner nicht abrufen. Bitte wenden Sie sich an den Support: Das Problem liegt bei uns.',
  box_kind_off:
    'Wir konnten Ihren Rechner nicht erreichen. Bitte wenden Sie sich an den Support: Das Problem liegt bei uns.',
  box_address_refused:
    'Wir konnten Ihren Rechner nicht erreichen. Bitte wenden Sie sich an den Support: Das Problem liegt bei uns.',
  box_unreachable:
    'Wir konnten Ihren Rechner nicht erreichen. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  host_key_unknown:
    'Wir konnten nicht sicherstellen, dass das Ihr Rechner ist, deshalb haben wir abgebrochen. Bitte wenden Sie sich an den Support.',
  host_key_mismatch:
    'Wir konnten nicht sicherstellen, dass das Ihr Rechner ist, deshalb haben wir abgebrochen. Bitte wenden Sie sich an den Support und erwähnen Sie es, falls er neu aufgesetzt wurde.',
  ssh_auth_failed:
    'Ihr Rechner hat unsere Anmeldung abgelehnt. Bitte wenden Sie sich an den Support und erwähnen Sie es, falls Sie geändert haben, wer sich dort anmelden darf.',
  identity_unusable:
    'Wir konnten unseren Schlüssel für Ihren Rechner nicht verwenden. Bitte wenden Sie sich an den Support: Das Problem liegt bei uns.',
  second_factor_wanted:
    'Ihr Rechner verlangt einen zweiten Faktor, den wir nicht angeben können. Bitte wenden Sie sich an den Support.',
  certificate_refused:
    'Ihr Rechner hat unsere Anmeldung abgelehnt. Bitte wenden Sie sich an den Support und erwähnen Sie es, falls Sie geändert haben, wer sich dort anmelden darf.',
  connection_lost: 'Die Verbindung zu Ihrem Rechner wurde unterbrochen. Bitte beginnen Sie noch einmal.',
  channel_refused:
    'Ihr Rechner hat uns keine weitere Sitzung öffnen lassen. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  box_call_timeout:
    'Ihr Rechner hat nicht rechtzeitig geantwortet. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  claude_missing:
    'Wir haben Claude Code auf Ihrem Rechner nicht gefunden. Bitte lassen Sie es vom Support installieren.',
  openclaw_missing:
    'Wir haben OpenClaw auf Ihrem Rechner nicht gefunden. Bitte lassen Sie es vom Support installieren.',
  gateway_elsewhere:
    'OpenClaw läuft auf Ihrem Rechner unter einem anderen Benutzerkonto. Bitte wenden Sie sich an den Support.',
  openclaw_config_invalid:
    'Die Einstellungen von OpenClaw auf Ihrem Rechner enthalten einen Fehler. Bitte wenden Sie sich an den Support.',
  openclaw_update_unfinished:
    'OpenClaw wurde auf Ihrem Rechner aktualisiert und kann seine Daten noch nicht lesen. Bitte wenden Sie sich an den Support.',
  openclaw_read_only:
    'OpenClaw auf Ihrem Rechner lässt uns die Anmeldung nicht speichern. Bitte wenden Sie sich an den Support.',
  agent_unclear:
    'OpenClaw auf Ihrem Rechner hat mehrere Agenten. Bitte fragen Sie den Support, welcher verwendet werden soll.',
  box_unusable:
    'Ihr Rechner hat nicht wie erwartet geantwortet. Bitte wenden Sie sich an den Support und erwähnen Sie es, falls Sie die Shell oder deren Startdateien geändert haben.',
  account_expired:
    'Das Konto, das wir auf Ihrem Rechner verwenden, ist abgelaufen. Bitte wenden Sie sich an den Support.',
  login_shell_closed: 'Ihr Rechner hat nicht wie erwartet geantwortet. Bitte wenden Sie sich an den Support.',
  memory_short:
    'Ihr Rechner hat zu wenig freien Arbeitsspeicher. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  disk_full:
    'Die Festplatte Ihres Rechners ist voll. Bitte schaffen Sie Platz oder bitten Sie den Support darum, und beginnen Sie dann noch einmal.',
  home_unwritable:
    'Ihr Rechner lässt uns die Anmeldung nicht speichern. Bitte wenden Sie sich an den Support.',
  clock_wrong: 'Die Uhr Ihres Rechners geht falsch. Bitte lassen Sie sie vom Support stellen.',
  node_unfit:
    'Ein Programm, das Ihr Rechner braucht, fehlt oder ist zu alt. Bitte lassen Sie es vom Support aktualisieren.',
  claude_unfit: 'Claude Code kann auf Ihrem Rechner nicht laufen. Bitte wenden Sie sich an den Support.',
  claude_incomplete:
    'Claude Code ist auf Ihrem Rechner nicht vollständig installiert. Bitte lassen Sie es vom Support neu installieren.',
  openclaw_unfit: 'OpenClaw kann auf Ihrem Rechner nicht laufen. Bitte wenden Sie sich an den Support.',
  openclaw_incomplete:
    'OpenClaw ist auf Ihrem Rechner nicht vollständig installiert. Bitte lassen Sie es vom Support neu installieren.',
  method_not_available:
    'Diese Art der Verbindung funktioniert mit den Programmen auf Ihrem Rechner nicht. Bitte wählen Sie eine andere, oder lassen Sie die Programme vom Support aktualisieren.',
  other_credential_first:
    'OpenClaw auf Ihrem Rechner würde eine andere Anmeldung oder einen anderen Schlüssel verwenden, nicht diese Anmeldung. Bitte wenden Sie sich an den Support.',
  prepare_failed:
    'Wir konnten Ihren Rechner nicht einrichten. Bitte versuchen Sie es noch einmal; wenn das nicht hilft, wenden Sie sich an den Support.',
  claude_crashed: 'Claude Code konnte auf Ihrem Rechner nicht starten. Bitte wenden Sie sich an den Support.',
  link_not_shown:
    'Ihr Rechner hat zu lange gebraucht, um die Anmeldung vorzubereiten. Bitte versuchen Sie es noch einmal.',
  link_not_trusted:
    'Ihr Rechner hat einen Anmeldelink genannt, dem wir nicht trauen, deshalb haben wir abgebrochen. Bitte wenden Sie sich an den Support.',
  claude_settings_broken:
    'Eine Einstellungsdatei von Claude Code auf Ihrem Rechner ist beschädigt. Bitte wenden Sie sich an den Support.',
  login_method_forced:
    'Claude Code auf Ihrem Rechner ist für eine andere Art der Anmeldung eingerichtet. Bitte wenden Sie sich an den Support oder an die Person, die es eingerichtet hat.',
  provider_not_allowed:
    'Die Einstellungen von Claude Code auf Ihrem Rechner lassen den Dienst von Anthropic selbst nicht zu. Bitte wenden Sie sich an den Support oder an die Person, die es eingerichtet hat.',
  claude_failed:
    'Claude Code auf Ihrem Rechner hat nicht so geantwortet, wie es sollte. Bitte versuchen Sie es noch einmal.',
  claude_not_signed_in:
    'Sie haben sich angemeldet, aber Claude Code auf Ihrem Rechner hat die Anmeldung nicht behalten. Bitte versuchen Sie es noch einmal.',
  screen_unknown:
    'Ein Programm auf Ihrem Rechner hat etwas Unerwartetes getan, deshalb haben wir sicherheitshalber abgebrochen. Bitte wenden Sie sich an den Support.',
  box_flooded: 'Ihr Rechner hat nicht wie erwartet geantwortet. Bitte wenden Sie sich an den Support.',
  worker_blocked: 'Ihr Rechner hat nicht wie erwartet geantwortet. Bitte wenden Sie sich an den Support.',
  program_ended:
    'Claude Code auf Ihrem Rechner wurde beendet, bevor die Anmeldung fertig war. Bitte beginnen Sie noch einmal.',
  sign_in_expired:
    'Der Anmeldelink ist abgelaufen. Bitte beginnen Sie noch einmal, um einen neuen zu erhalten.',
  code_incomplete: 'Das ist nur ein Teil des Codes. Bitte kopieren Sie ihn ganz, samt dem # in der Mitte.',
  code_malformed:
    'Das sieht nicht wie ein Anmeldecode aus. Bitte kopieren Sie ihn noch einmal von der Anmeldeseite.',
  sealed_unreadable:
    'Was Sie gesendet haben, konnte hier nicht geöffnet werden. Bitte laden Sie diese Seite neu und geben Sie es noch einmal ein.',
  code_is_mailed:
    'Das ist der Code aus der E-Mail von Anthropic. Geben Sie ihn auf der Seite von Anthropic ein; der Code, den wir brauchen, ist länger und hat ein # in der Mitte.',
  code_is_key:
    'Das ist ein Schlüssel, nicht der Code. Behalten Sie ihn für sich, und kopieren Sie bitte den Code von der Anmeldeseite.',
  code_is_token:
    'Das ist das Ergebnis einer Anmeldung, nicht der Code. Hier wird es nicht gebraucht: Behalten Sie es für sich, und kopieren Sie bitte den Code von der Anmeldeseite.',
  code_is_link:
    'Das ist der Link zur Anmeldung. Öffnen Sie ihn, melden Sie sich an und kopieren Sie den Code, den Sie am Ende erhalten.',
  code_from_other_link:
    'Dieser Code gehört zu einem früheren Anmeldelink. Bitte öffnen Sie den Link, der hier steht, und kopieren Sie dessen Code.',
  key_incomplete: 'Das ist nur ein Teil des Schlüssels. Bitte kopieren Sie ihn ganz.',
  key_malformed:
    'Das sieht nicht wie ein Schlüssel dieses Anbieters aus. Bitte kopieren Sie ihn noch einmal.',
  key_in_pieces: 'Im Schlüssel ist eine Lücke oder ein Zeilenumbruch. Bitte kopieren Sie ihn in einem Stück.',
  key_several:
    'Das ist mehr als ein Schlüssel. Bitte fügen Sie einen davon ein; die anderen können Sie danach hinzufügen.',
  key_of_other_provider: 'Das ist ein Schlüssel eines anderen Anbieters.',
  key_is_token:
    'Das ist das Ergebnis einer Anmeldung, kein API-Schlüssel. Behalten Sie es für sich, und erstellen Sie bitte einen API-Schlüssel.',
  key_is_admin:
    'Das ist ein Administratorschlüssel, mit dem man Modelle nichts fragen kann. Bitte erstellen Sie einen gewöhnlichen API-Schlüssel.',
  key_is_code: 'Das ist ein Code aus einer Anmeldung, kein API-Schlüssel.',
  key_is_link: 'Das ist ein Link, kein Schlüssel. Öffnen Sie ihn und kopieren Sie den Schlüssel von dort.',
  key_is_masked:
    'Das ist die gekürzte Form eines Schlüssels. Anbieter zeigen einen ganzen Schlüssel nur einmal; wenn Sie ihn nicht haben, erstellen Sie bitte einen neuen.',
  code_rejected:
    'Claude hat diesen Code nicht angenommen. Bitte melden Sie sich über den neuen Link noch einmal an.',
  too_many_rejected_codes:
    'Mehrere Codes wurden nicht angenommen. Bitte warten Sie einige Minuten und beginnen Sie noch einmal.',
  anthropic_unreachable:
    'Ihr Rechner hat von Anthropic keine Antwort erhalten. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  anthropic_error:
    'Anthropic hatte gerade ein Problem, und der Code ist vielleicht verbraucht. Bitte melden Sie sich über den neuen Link an.',
  anthropic_forbidden:
    'Anthropic hat Ihrem Rechner die Anmeldung verweigert. Bitte wenden Sie sich an den Support: Vielleicht braucht er eine andere Netzwerkadresse.',
  account_on_hold: 'Anthropic hat dieses Claude-Konto gesperrt. Näheres unter https://claude.ai/restricted.',
  organization_refused:
    'Die Organisation, zu der dieses Claude-Konto gehört, lässt das nicht zu. Bitte melden Sie sich mit einem anderen Konto an, oder fragen Sie Ihre Administration.',
  token_incomplete:
    'Wir konnten die Anmeldung nicht vollständig von Ihrem Rechner lesen. Bitte beginnen Sie noch einmal.',
  openclaw_refused_token:
    'OpenClaw hat nicht bestätigt, dass es die Anmeldung gespeichert hat. Bitte versuchen Sie es noch einmal; wenn das nicht hilft, wenden Sie sich an den Support.',
  openclaw_failed:
    'OpenClaw auf Ihrem Rechner hat nicht wie erwartet geantwortet. Bitte versuchen Sie es noch einmal; wenn das nicht hilft, wenden Sie sich an den Support.',
  model_not_offered:
    'Das gewählte Modell ist auf Ihrem Rechner nicht verfügbar. Bitte lassen Sie den Support ein anderes wählen.',
  credential_overridden:
    'Eine andere Einstellung auf Ihrem Rechner steht der neuen Anmeldung im Weg. Bitte wenden Sie sich an den Support.',
  credential_not_effective:
    'OpenClaw hat die Anmeldung, nutzt sie aber nicht. Bitte wenden Sie sich an den Support.',
  credential_in_cooldown:
    'OpenClaw hat die Anmeldung nach früheren Fehlern vorübergehend ausgesetzt. Bitte versuchen Sie es später noch einmal.',
  credential_expired:
    '{what, select, key {Dieser Schlüssel ist abgelaufen. Bitte verbinden Sie sich erneut.} signIn {Diese Anmeldung ist abgelaufen. Bitte verbinden Sie sich erneut.} other {Dieser Schlüssel oder diese Anmeldung ist abgelaufen. Bitte verbinden Sie sich erneut.}}',
  credential_missing:
    '{what, select, key {Dieser Schlüssel ist nicht mehr auf Ihrem Rechner. Bitte verbinden Sie sich erneut.} signIn {Diese Anmeldung ist nicht mehr auf Ihrem Rechner. Bitte verbinden Sie sich erneut.} other {Dieser Schlüssel oder diese Anmeldung ist nicht mehr auf Ihrem Rechner. Bitte verbinden Sie sich erneut.}}',
  credential_replaced:
    'Auf Ihrem Rechner steht an dieser Stelle jetzt ein anderer Schlüssel oder eine andere Anmeldung. Bitte verbinden Sie sich erneut.',
  model_moved: 'OpenClaw auf Ihrem Rechner nutzt jetzt ein Modell eines anderen Anbieters.',
  gateway_down: 'OpenClaw läuft auf Ihrem Rechner nicht. Bitte wenden Sie sich an den Support.',
  gateway_refuses:
    'OpenClaw läuft auf Ihrem Rechner, beantwortet aber keinen Chat. Bitte wenden Sie sich an den Support.',
  gateway_other_store:
    'OpenClaw läuft auf Ihrem Rechner mit anderen Einstellungen. Bitte wenden Sie sich an den Support.',
  store_unreadable:
    'Die Daten von OpenClaw auf Ihrem Rechner sind beschädigt. Bitte wenden Sie sich an den Support.',
  claude_logged_out: 'Claude Code ist auf Ihrem Rechner abgemeldet. Bitte verbinden Sie sich erneut.',
  profile_not_removed:
    'Ihr Rechner hat die Anmeldung noch. Bitte versuchen Sie es noch einmal, oder wenden Sie sich an den Support.',
  profile_not_separable:
    'Die Anmeldung auf Ihrem Rechner lässt sich nicht einzeln entfernen. Bitte wenden Sie sich an den Support.',
  turn_failed:
    'Claude hat mit der neuen Anmeldung nicht geantwortet. Bitte versuchen Sie es noch einmal; wenn das nicht hilft, wenden Sie sich an den Support.',
  key_rejected:
    '{what, select, key {Der Anbieter kennt diesen Schlüssel nicht. Bitte prüfen Sie, ob Sie ihn ganz kopiert haben, oder erstellen Sie dort einen anderen.} signIn {Der Anbieter kennt diese Anmeldung nicht. Bitte melden Sie sich noch einmal an.} other {Der Anbieter kennt diesen Schlüssel oder diese Anmeldung nicht. Bitte prüfen Sie, ob Sie den Schlüssel ganz kopiert haben, erstellen Sie dort einen anderen, oder melden Sie sich noch einmal an.}}',
  key_revoked:
    '{what, select, key {Dieser Schlüssel wurde widerrufen oder ist abgelaufen. Bitte erstellen Sie beim Anbieter einen anderen.} signIn {Diese Anmeldung wurde widerrufen oder ist abgelaufen. Bitte melden Sie sich noch einmal an.} other {Dieser Schlüssel oder diese Anmeldung wurde widerrufen oder ist abgelaufen. Bitte erstellen Sie beim Anbieter einen anderen Schlüssel, oder melden Sie sich noch einmal an.}}',
  key_no_credit:
    '{what, select, key {Der Schlüssel stimmt, aber das Konto dazu hat kein Guthaben mehr oder hat sein Limit erreicht. Bitte klären Sie das beim Anbieter und versuchen Sie es dann noch einmal.} signIn {Die Anmeldung stimmt, aber das Konto dazu hat kein Guthaben mehr oder hat sein Limit erreicht. Bitte klären Sie das beim Anbieter und versuchen Sie es dann noch einmal.} other {Der Schlüssel oder die Anmeldung stimmt, aber das Konto dazu hat kein Guthaben mehr oder hat sein Limit erreicht. Bitte klären Sie das beim Anbieter und versuchen Sie es dann noch einmal.}}',
  key_no_access:
    '{what, select, key {Der Schlüssel stimmt, darf aber dieses Modell nicht nutzen. Bitte lassen Sie sich beim Anbieter freischalten, oder verwenden Sie einen anderen Schlüssel.} signIn {Die Anmeldung stimmt, darf aber dieses Modell nicht nutzen. Bitte lassen Sie sich beim Anbieter freischalten, oder melden Sie sich mit einem anderen Konto an.} other {Der Schlüssel oder die Anmeldung stimmt, darf aber dieses Modell nicht nutzen. Bitte lassen Sie sich beim Anbieter freischalten, oder verwenden Sie einen anderen Zugang.}}',
  region_refused:
    '{what, select, key {Der Anbieter nimmt von dort, wo Ihr Rechner steht, keine Anfragen an. An Ihrem Schlüssel liegt es nicht. Bitte wenden Sie sich an den Support.} signIn {Der Anbieter nimmt von dort, wo Ihr Rechner steht, keine Anfragen an. An Ihrer Anmeldung liegt es nicht. Bitte wenden Sie sich an den Support.} other {Der Anbieter nimmt von dort, wo Ihr Rechner steht, keine Anfragen an. An Ihrem Schlüssel oder Ihrer Anmeldung liegt es nicht. Bitte wenden Sie sich an den Support.}}',
  provider_rate_limited:
    '{what, select, key {Der Anbieter begrenzt gerade die Anfragen mit diesem Schlüssel, der durchaus stimmen kann. Bitte versuchen Sie es in einigen Minuten noch einmal.} signIn {Der Anbieter begrenzt gerade die Anfragen mit dieser Anmeldung, die durchaus stimmen kann. Bitte versuchen Sie es in einigen Minuten noch einmal.} other {Der Anbieter begrenzt gerade die Anfragen mit diesem Schlüssel oder dieser Anmeldung; beides kann durchaus stimmen. Bitte versuchen Sie es in einigen Minuten noch einmal.}}',
  provider_down:
    '{what, select, key {Der Anbieter hat gerade Schwierigkeiten. An Ihrem Schlüssel liegt es nicht. Bitte versuchen Sie es in einigen Minuten noch einmal.} signIn {Der Anbieter hat gerade Schwierigkeiten. An Ihrer Anmeldung liegt es nicht. Bitte versuchen Sie es in einigen Minuten noch einmal.} other {Der Anbieter hat gerade Schwierigkeiten. An Ihrem Schlüssel oder Ihrer Anmeldung liegt es nicht. Bitte versuchen Sie es in einigen Minuten noch einmal.}}',
  provider_no_answer:
    '{what, select, key {Der Anbieter hat Ihrem Rechner nicht geantwortet. Ihr Schlüssel kann durchaus stimmen. Bitte versuchen Sie es noch einmal; wenn das nicht hilft, wenden Sie sich an den Support.} signIn {Der Anbieter hat Ihrem Rechner nicht geantwortet. Ihre Anmeldung kann durchaus stimmen. Bitte versuchen Sie es noch einmal; wenn das nicht hilft, wenden Sie sich an den Support.} other {Der Anbieter hat Ihrem Rechner nicht geantwortet. Ihr Schlüssel oder Ihre Anmeldung kann durchaus stimmen. Bitte versuchen Sie es noch einmal; wenn das nicht hilft, wenden Sie sich an den Support.}}',
  endpoint_no_answer:
    'Unter dieser Adresse hat Ihrem Rechner nichts geantwortet. Bitte prüfen Sie die Adresse, und ob Ihr Rechner sie erreichen kann.',
  endpoint_not_api:
    'Unter dieser Adresse antwortet etwas anderes. Bitte prüfen Sie ihr Ende, etwa /v1, und das Protokoll.',
  endpoint_no_model:
    'Unter dieser Adresse gibt es kein Modell dieses Namens. Bitte prüfen Sie den Namen des ersten Modells.',
  profiles_used_up:
    'Ihr Rechner hat zu viele alte Schlüssel oder Anmeldungen. Bitte wenden Sie sich an den Support.',
  deadline_exceeded: 'Ihr Rechner hat zu lange gebraucht. Bitte versuchen Sie es noch einmal.',
  cancelled: 'Abgebrochen.',
  internal_error: 'Bei uns ist etwas schiefgegangen. Bitte wenden Sie sich an den Support.',
  vault_unavailable:
    'Wir konnten gerade nicht abrufen, was wir brauchen. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  vault_denied:
    'Das funktioniert gerade nicht. Bitte wenden Sie sich an den Support: Das Problem liegt bei uns.',
  vault_unreadable: 'Das lässt sich nicht für Sie wiederherstellen. Bitte verbinden Sie sich erneut.',
  vault_no_copy: 'Das lässt sich nicht für Sie wiederherstellen. Bitte verbinden Sie sich erneut.',
  input_invalid: 'Das haben wir nicht verstanden. Bitte laden Sie die Seite neu.',
  not_signed_in:
    'Sie sind hier nicht angemeldet, oder Ihre Sitzung ist beendet. Bitte öffnen Sie „Claude verbinden“ noch einmal über Ihr Dashboard.',
  cookies_blocked:
    'Diese Seite braucht Cookies, und Ihr Browser hat unsere nicht behalten. Bitte erlauben Sie Cookies für diese Website, und öffnen Sie dann „Claude verbinden“ noch einmal über Ihr Dashboard.',
  view_only: 'Sie sehen diese Seite als Support. Das kann nur die Kundin oder der Kunde selbst tun.',
  origin_refused:
    'Diese Seite darf das nicht. Bitte öffnen Sie „Claude verbinden“ noch einmal über Ihr Dashboard.',
  not_here: 'Hier ist nichts.',
  link_used:
    'Dieser Link wurde schon benutzt oder ist zu alt. Bitte öffnen Sie „Claude verbinden“ noch einmal über Ihr Dashboard.',
  hand_over_used:
    'Dieser Code wurde schon benutzt, ist ungültig oder zu alt. Wählen Sie auf dem Gerät, auf dem Sie begonnen haben, noch einmal „Auf einem anderen Gerät fortfahren“.',
  hand_over_handed:
    'Auf diesem Gerät geht weiter, was Sie auf einem anderen begonnen haben. Für ein drittes gehen Sie zum ersten zurück.',
  not_waiting: 'Gerade wird kein Code gebraucht.',
  handshake_under_way:
    'Es wird gerade eine Verbindung hergestellt. Bitte schließen Sie das erst ab, oder brechen Sie es ab.',
  disconnect_under_way:
    'Ihre frühere Anmeldung wird gerade von Ihrem Rechner entfernt. Bitte versuchen Sie es in einer Minute noch einmal.',
  body_too_large: 'Das ist zu lang für einen Code.',
  too_many_requests:
    'Das waren zu viele Anfragen in kurzer Zeit. Bitte warten Sie eine Minute und versuchen Sie es noch einmal.',
  method_not_offered: 'Diese Art der Verbindung wird hier nicht angeboten. Bitte wählen Sie eine andere.',
  not_in_plan:
    'Ihr Tarif enthält das nicht. Ihr Hosting-Anbieter kann Ihnen sagen, welche Tarife es enthalten.',
  endpoint_unfit: 'Etwas fehlt. Bitte prüfen Sie die Adresse, das Protokoll, die Modelle und den Schlüssel.',
  key_needed_again: 'Bitte geben Sie den Schlüssel noch einmal ein: Wir haben ihn nicht behalten.',
  order_incomplete:
    'Ihre Schlüssel haben sich inzwischen geändert. Bitte sehen Sie noch einmal nach, und ordnen Sie sie dann.',
  change_under_way:
    'Auf Ihrem Rechner wird gerade etwas anderes geändert. Bitte versuchen Sie es in einer Minute noch einmal.',
  queue_full:
    'Gerade warten viele darauf, sich zu verbinden. Bitte versuchen Sie es in einer Minute noch einmal.',
  box_paused:
    'Ihr Rechner hat vor einigen Minuten nicht wie erwartet geantwortet. Bitte warten Sie zehn Minuten und versuchen Sie es noch einmal, oder wenden Sie sich an den Support.',
  look_late:
    'Wir konnten Ihren Rechner gerade nicht prüfen. Bitte versuchen Sie es in einer Minute noch einmal.',
  platform_key_missing:
    'Wir konnten gerade einen unserer Schlüssel nicht abrufen. Bitte wenden Sie sich an den Support.',
  service_unavailable:
    'Unser Dienst ist gerade nicht erreichbar. Bitte versuchen Sie es in einer Minute noch einmal.',
  history_unavailable:
    'Unsere Aufzeichnungen sind gerade nicht erreichbar. Bitte versuchen Sie es in einer Minute noch einmal.',
  usage_capped:
    'Für diese Verbindung ist das Nutzungslimit erreicht, sie pausiert. Sie bleibt erhalten und wird wieder genutzt, sobald der Zeitraum vorbei ist.',
  usage_unusual:
    'Es wurde viel mehr genutzt als sonst. Wenn Sie das nicht waren, wenden Sie sich bitte an den Support.',
  fallback_in_use: 'Unsere Modelle antworten anstelle Ihrer eigenen. Bitte prüfen Sie Ihre Verbindung.',
};
