import type { Translated } from '../say.ts';

export const messages: Translated<'errors'> = {
  worker_stopped: 'Abbiamo dovuto interrompere l’operazione. Ricominci.',
  worker_lost: 'C’è stata un’interruzione da parte nostra. Ricominci.',
  worker_short: 'In questo momento le nostre risorse non bastano. Riprovi tra qualche minuto.',
  box_not_listed: 'Non abbiamo trovato la Sua macchina. Chieda all’assistenza di aggiungerla.',
  box_ambiguous:
    'A Suo nome è registrata più di una macchina, quindi ci siamo fermati. Contatti l’assistenza.',
  box_stopped: 'La Sua macchina è spenta. La accenda e riprovi.',
  inventory_unavailable:
    'Al momento non siamo riusciti a individuare la Sua macchina. Riprovi tra qualche minuto.',
  inventory_denied:
    'Non siamo riusciti a individuare la Sua macchina. Contatti l’assistenza: il problema è nostro.',
  box_kind_off:
    'Non siamo riusciti a raggiungere la Sua macchina. Contatti l’assistenza: il problema è nostro.',
  box_address_refused:
    'Non siamo riusciti a raggiungere la Sua macchina. Contatti l’assistenza: il problema è nostro.',
  box_unreachable: 'Non siamo riusciti a raggiungere la Sua macchina. Riprovi tra qualche minuto.',
  host_key_unknown:
    'Non siamo riusciti ad accertarci che questa sia la Sua macchina, quindi ci siamo fermati. Contatti l’assistenza.',
  host_key_mismatch:
    'Non siamo riusciti ad accertarci che questa sia la Sua macchina, quindi ci siamo fermati. Contatti l’assistenza e segnali se è stata reinstallata.',
  ssh_auth_failed:
    'La Sua macchina non ci ha fatto entrare. Contatti l’assistenza e segnali se ha cambiato chi può accedervi.',
  identity_unusable:
    'Non siamo riusciti a usare la nostra chiave per la Sua macchina. Contatti l’assistenza: il problema è nostro.',
  second_factor_wanted:
    'La Sua macchina chiede un secondo fattore, che non possiamo fornire. Contatti l’assistenza.',
  certificate_refused:
    'La Sua macchina non ci ha fatto entrare. Contatti l’assistenza e segnali se ha cambiato chi può accedervi.',
  connection_lost: 'Il collegamento con la Sua macchina si è interrotto. Ricominci.',
  channel_refused:
    'La Sua macchina non ci ha permesso di aprire un’altra sessione. Riprovi tra qualche minuto.',
  box_call_timeout: 'La Sua macchina non ha risposto in tempo. Riprovi tra qualche minuto.',
  claude_missing: 'Non abbiamo trovato Claude Code sulla Sua macchina. Chieda all’assistenza di installarlo.',
  openclaw_missing: 'Non abbiamo trovato OpenClaw sulla Sua macchina. Chieda all’assistenza di installarlo.',
  gateway_elsewhere: 'OpenClaw funziona con un altro account sulla Sua macchina. Contatti l’assistenza.',
  openclaw_config_invalid:
    'Le impostazioni di OpenClaw sulla Sua macchina contengono un errore. Contatti l’assistenza.',
  openclaw_update_unfinished:
    'OpenClaw è stato aggiornato sulla Sua macchina e non può ancora leggere i propri dati. Contatti l’assistenza.',
  openclaw_read_only:
    'OpenClaw sulla Sua macchina non ci permette di salvare l’autorizzazione. Contatti l’assistenza.',
  agent_unclear: 'OpenClaw sulla Sua macchina ha più agenti. Chieda all’assistenza quale usare.',
  box_unusable:
    'La Sua macchina non ha risposto come previsto. Contatti l’assistenza e segnali se ha cambiato la shell o i suoi file di avvio.',
  account_expired: 'L’account che usiamo sulla Sua macchina è scaduto. Contatti l’assistenza.',
  login_shell_closed: 'La Sua macchina non ha risposto come previsto. Contatti l’assistenza.',
  memory_short: 'La Sua macchina ha poca memoria. Riprovi tra qualche minuto.',
  disk_full: 'Il disco della Sua macchina è pieno. Liberi spazio o lo chieda all’assistenza, poi ricominci.',
  home_unwritable: 'La Sua macchina non ci permette di salvare l’autorizzazione. Contatti l’assistenza.',
  clock_wrong: 'L’orologio della Sua macchina è sbagliato. Chieda all’assistenza di regolarlo.',
  node_unfit:
    'Un programma necessario alla Sua macchina manca o è troppo vecchio. Chieda all’assistenza di aggiornarlo.',
  claude_unfit: 'Claude Code non può funzionare sulla Sua macchina. Contatti l’assistenza.',
  claude_incomplete:
    'Claude Code non è installato del tutto sulla Sua macchina. Chieda all’assistenza di reinstallarlo.',
  openclaw_unfit: 'OpenClaw non può funzionare sulla Sua macchina. Contatti l’assistenza.',
  openclaw_incomplete:
    'OpenClaw non è installato del tutto sulla Sua macchina. Chieda all’assistenza di reinstallarlo.',
  method_not_available:
    'Questo modo di connettersi non funziona con i programmi della Sua macchina. Ne scelga un altro o chieda all’assistenza di aggiornarli.',
  other_credential_first:
    'OpenClaw sulla Sua macchina ha un’altra autorizzazione o chiave, che userebbe al posto di questa. Contatti l’assistenza.',
  prepare_failed:
    'Non siamo riusciti a preparare la Sua macchina. Riprovi e, se il problema persiste, contatti l’assistenza.',
  claude_crashed: 'Claude Code non è riuscito ad avviarsi sulla Sua macchina. Contatti l’assistenza.',
  link_not_shown: 'La Sua macchina ha impiegato troppo tempo a preparare l’accesso. Riprovi.',
  link_not_trusted:
    'La Sua macchina ha fornito un link di accesso di cui non ci fidiamo, quindi ci siamo fermati. Contatti l’assistenza.',
  claude_settings_broken:
    'Un file di impostazioni di Claude Code sulla Sua macchina è danneggiato. Contatti l’assistenza.',
  login_method_forced:
    'Claude Code sulla Sua macchina è impostato per un altro modo di accedere. Contatti l’assistenza o chi lo ha impostato.',
  provider_not_allowed:
    'Le impostazioni di Claude Code sulla Sua macchina non consentono di usare direttamente il servizio di Anthropic. Contatti l’assistenza o chi lo ha impostato.',
  claude_failed: 'Claude Code sulla Sua macchina non ha risposto come dovrebbe. Riprovi.',
  claude_not_signed_in:
    'Lei ha effettuato l’accesso, ma Claude Code sulla Sua macchina non lo ha conservato. Riprovi.',
  screen_unknown:
    'Un programma sulla Sua macchina ha fatto qualcosa di inatteso, quindi per sicurezza ci siamo fermati. Contatti l’assistenza.',
  box_flooded: 'La Sua macchina non ha risposto come previsto. Contatti l’assistenza.',
  worker_blocked: 'La Sua macchina non ha risposto come previsto. Contatti l’assistenza.',
  program_ended: 'Claude Code si è fermato sulla Sua macchina prima che l’accesso fosse concluso. Ricominci.',
  sign_in_expired: 'Il link di accesso è scaduto. Ricominci per averne uno nuovo.',
  code_incomplete: 'È solo una parte del codice. Lo copi per intero, compreso il # nel mezzo.',
  code_malformed: 'Non sembra un codice di accesso. Lo copi di nuovo dalla pagina di accesso.',
  sealed_unreadable:
    'Ciò che ha inviato non si è potuto aprire qui. Ricarichi questa pagina e lo inserisca di nuovo.',
  code_is_mailed:
    'È il codice dell’e-mail di Anthropic. Lo inserisca nella pagina di Anthropic; il codice che ci serve è più lungo, con un # nel mezzo.',
  code_is_key: 'È una chiave, non il codice. La tenga per sé e copi il codice dalla pagina di accesso.',
  code_is_token:
    'È il risultato di un accesso, non il codice. Qui non serve: lo tenga per sé e copi il codice dalla pagina di accesso.',
  code_is_link: 'È il link all’accesso. Lo apra, acceda e copi il codice che riceve alla fine.',
  code_from_other_link:
    'Quel codice appartiene a un link di accesso precedente. Apra il link mostrato qui e copi il suo codice.',
  key_incomplete: 'È solo una parte della chiave. La copi per intero.',
  key_malformed: 'Non sembra una chiave di questo fornitore. La copi di nuovo.',
  key_in_pieces: 'Nella chiave c’è uno spazio o un’interruzione di riga. La copi in un unico pezzo.',
  key_several: 'È più di una chiave. Ne incolli una; potrà aggiungere le altre in seguito.',
  key_of_other_provider: 'È una chiave di un altro fornitore.',
  key_is_token: 'È il risultato di un accesso, non una chiave API. Lo tenga per sé e crei una chiave API.',
  key_is_admin:
    'È una chiave di amministrazione, con cui non si può chiedere nulla a un modello. Crei una normale chiave API.',
  key_is_code: 'È un codice di un accesso, non una chiave API.',
  key_is_link: 'È un link, non una chiave. Lo apra e copi la chiave da lì.',
  key_is_masked:
    'È la forma abbreviata di una chiave. I fornitori mostrano la chiave intera una volta sola; se non l’ha, ne crei una nuova.',
  code_rejected: 'Claude non ha accettato quel codice. Acceda di nuovo con il nuovo link.',
  too_many_rejected_codes: 'Diversi codici non sono stati accettati. Attenda qualche minuto e ricominci.',
  anthropic_unreachable: 'La Sua macchina non ha ricevuto risposta da Anthropic. Riprovi tra qualche minuto.',
  anthropic_error:
    'Anthropic ha avuto un problema e forse il codice non è più utilizzabile. Acceda con il nuovo link.',
  anthropic_forbidden:
    'Anthropic non ha permesso alla Sua macchina di accedere. Contatti l’assistenza: forse serve un altro indirizzo di rete.',
  account_on_hold: 'Anthropic ha sospeso questo account Claude. Consulti https://claude.ai/restricted.',
  organization_refused:
    'L’organizzazione a cui appartiene questo account Claude non lo consente. Acceda con un altro account o chieda al Suo amministratore.',
  token_incomplete: 'Non siamo riusciti a leggere l’intera autorizzazione dalla Sua macchina. Ricominci.',
  openclaw_refused_token:
    'OpenClaw non ha confermato di aver salvato l’autorizzazione. Riprovi e, se il problema persiste, contatti l’assistenza.',
  openclaw_failed:
    'OpenClaw non ha risposto come previsto sulla Sua macchina. Riprovi e, se il problema persiste, contatti l’assistenza.',
  model_not_offered:
    'Il modello scelto non è disponibile sulla Sua macchina. Chieda all’assistenza di sceglierne un altro.',
  credential_overridden:
    'Un’altra impostazione sulla Sua macchina ostacola la nuova autorizzazione. Contatti l’assistenza.',
  credential_not_effective: 'OpenClaw ha l’autorizzazione, ma non la usa. Contatti l’assistenza.',
  credential_in_cooldown: 'OpenClaw ha sospeso l’autorizzazione dopo errori precedenti. Riprovi più tardi.',
  credential_expired:
    '{what, select, key {Questa chiave è scaduta. Si connetta di nuovo.} signIn {Questa autorizzazione è scaduta. Si connetta di nuovo.} other {Questa chiave o autorizzazione è scaduta. Si connetta di nuovo.}}',
  credential_missing:
    '{what, select, key {Questa chiave non si trova più sulla Sua macchina. Si connetta di nuovo.} signIn {Questa autorizzazione non si trova più sulla Sua macchina. Si connetta di nuovo.} other {Questa chiave o autorizzazione non si trova più sulla Sua macchina. Si connetta di nuovo.}}',
  credential_replaced:
    'Sulla Sua macchina un’altra chiave o un’altra autorizzazione ha preso il posto di questa. Si connetta di nuovo.',
  model_moved: 'OpenClaw sulla Sua macchina ora usa un modello di un altro fornitore.',
  gateway_down: 'OpenClaw sulla Sua macchina non è in esecuzione. Contatti l’assistenza.',
  gateway_refuses:
    'OpenClaw è in esecuzione sulla Sua macchina, ma non risponde a nessuna chat. Contatti l’assistenza.',
  gateway_other_store: 'OpenClaw sulla Sua macchina funziona con altre impostazioni. Contatti l’assistenza.',
  store_unreadable: 'I dati di OpenClaw sulla Sua macchina sono danneggiati. Contatti l’assistenza.',
  claude_logged_out: 'Claude Code sulla Sua macchina è disconnesso. Si connetta di nuovo.',
  profile_not_removed: 'La Sua macchina ha ancora l’autorizzazione. Riprovi o contatti l’assistenza.',
  profile_not_separable:
    'L’autorizzazione non può essere rimossa singolarmente dalla Sua macchina. Contatti l’assistenza.',
  turn_failed:
    'Claude non ha risposto con la nuova autorizzazione. Riprovi e, se il problema persiste, contatti l’assistenza.',
  key_rejected:
    '{what, select, key {Il fornitore non conosce questa chiave. Controlli di averla copiata per intero o ne crei un’altra sul suo sito.} signIn {Il fornitore non conosce questa autorizzazione. Acceda di nuovo.} other {Il fornitore non conosce questa chiave o autorizzazione. Controlli di aver copiato la chiave per intero, ne crei un’altra sul suo sito o acceda di nuovo.}}',
  key_revoked:
    '{what, select, key {Questa chiave è stata revocata o è scaduta. Ne crei un’altra presso il fornitore.} signIn {Questa autorizzazione è stata revocata o è scaduta. Acceda di nuovo.} other {Questa chiave o autorizzazione è stata revocata o è scaduta. Crei un’altra chiave presso il fornitore o acceda di nuovo.}}',
  key_no_credit:
    '{what, select, key {La chiave è giusta, ma il relativo account non ha più credito o ha raggiunto il limite. Risolva con il fornitore, poi riprovi.} signIn {L’autorizzazione è giusta, ma il relativo account non ha più credito o ha raggiunto il limite. Risolva con il fornitore, poi riprovi.} other {La chiave o l’autorizzazione è giusta, ma il relativo account non ha più credito o ha raggiunto il limite. Risolva con il fornitore, poi riprovi.}}',
  key_no_access:
    '{what, select, key {La chiave è giusta, ma non consente di usare questo modello. Ottenga l’accesso dal fornitore o usi un’altra chiave.} signIn {L’autorizzazione è giusta, ma non consente di usare questo modello. Ottenga l’accesso dal fornitore o acceda con un altro account.} other {La chiave o l’autorizzazione è giusta, ma non consente di usare questo modello. Ottenga l’accesso dal fornitore o ne usi un’altra.}}',
  region_refused:
    '{what, select, key {Il fornitore non accetta richieste dal luogo in cui si trova la Sua macchina. La Sua chiave non è la causa. Contatti l’assistenza.} signIn {Il fornitore non accetta richieste dal luogo in cui si trova la Sua macchina. La Sua autorizzazione non è la causa. Contatti l’assistenza.} other {Il fornitore non accetta richieste dal luogo in cui si trova la Sua macchina. La Sua chiave o autorizzazione non è la causa. Contatti l’assistenza.}}',
  provider_rate_limited:
    '{what, select, key {Il fornitore sta limitando le richieste con questa chiave, che può benissimo essere giusta. Riprovi tra qualche minuto.} signIn {Il fornitore sta limitando le richieste con questa autorizzazione, che può benissimo essere giusta. Riprovi tra qualche minuto.} other {Il fornitore sta limitando le richieste con questa chiave o autorizzazione, che può benissimo essere giusta. Riprovi tra qualche minuto.}}',
  provider_down:
    '{what, select, key {Il fornitore ha difficoltà in questo momento. La Sua chiave non è la causa. Riprovi tra qualche minuto.} signIn {Il fornitore ha difficoltà in questo momento. La Sua autorizzazione non è la causa. Riprovi tra qualche minuto.} other {Il fornitore ha difficoltà in questo momento. La Sua chiave o autorizzazione non è la causa. Riprovi tra qualche minuto.}}',
  provider_no_answer:
    '{what, select, key {Il fornitore non ha risposto alla Sua macchina. La Sua chiave può benissimo essere giusta. Riprovi e, se il problema persiste, contatti l’assistenza.} signIn {Il fornitore non ha risposto alla Sua macchina. La Sua autorizzazione può benissimo essere giusta. Riprovi e, se il problema persiste, contatti l’assistenza.} other {Il fornitore non ha risposto alla Sua macchina. La Sua chiave o autorizzazione può benissimo essere giusta. Riprovi e, se il problema persiste, contatti l’assistenza.}}',
  endpoint_no_answer:
    'A questo indirizzo nulla ha risposto alla Sua macchina. Controlli l’indirizzo e che la Sua macchina possa raggiungerlo.',
  endpoint_not_api:
    'A questo indirizzo risponde qualcos’altro. Controlli la parte finale, come /v1, e il protocollo.',
  endpoint_no_model:
    'Questo indirizzo non ha alcun modello con quel nome. Controlli il nome del primo modello.',
  profiles_used_up: 'La Sua macchina contiene troppe vecchie chiavi o autorizzazioni. Contatti l’assistenza.',
  deadline_exceeded: 'La Sua macchina ha impiegato troppo tempo. Riprovi.',
  cancelled: 'Annullato.',
  internal_error: 'Qualcosa è andato storto da parte nostra. Contatti l’assistenza.',
  vault_unavailable:
    'Al momento non siamo riusciti a recuperare ciò che ci serve. Riprovi tra qualche minuto.',
  vault_denied: 'Al momento non funziona. Contatti l’assistenza: il problema è nostro.',
  vault_unreadable: 'Non è possibile ripristinarlo. Si connetta di nuovo.',
  vault_no_copy: 'Non è possibile ripristinarlo. Si connetta di nuovo.',
  input_invalid: 'Non abbiamo capito. Ricarichi la pagina.',
  not_signed_in:
    'Qui non ha effettuato l’accesso, o la Sua sessione è terminata. Apra di nuovo «Connetti Claude» dal Suo pannello.',
  cookies_blocked:
    'Questa pagina ha bisogno di cookie e il Suo browser non ha conservato i nostri. Consenta i cookie per questo sito, poi apra di nuovo «Connetti Claude» dal Suo pannello.',
  view_only: 'Sta guardando questa pagina come assistenza. Solo il cliente può eseguire questa operazione.',
  origin_refused: 'Questa pagina non può farlo. Apra di nuovo «Connetti Claude» dal Suo pannello.',
  not_here: 'Qui non c’è nulla.',
  link_used:
    'Questo link è già stato usato o è troppo vecchio. Apra di nuovo «Connetti Claude» dal Suo pannello.',
  hand_over_used:
    'Questo codice è già stato usato, è terminato o è troppo vecchio. Sul dispositivo da cui ha iniziato, scelga di nuovo «Continua su un altro dispositivo».',
  hand_over_handed:
    'Questo dispositivo continua ciò che ha iniziato su un altro. Per usarne un terzo, torni al primo.',
  not_waiting: 'Ora non serve alcun codice.',
  handshake_under_way: 'La connessione della Sua autorizzazione è in corso. Prima la concluda o la annulli.',
  disconnect_under_way:
    'La Sua autorizzazione precedente è in corso di rimozione dalla Sua macchina. Riprovi tra un minuto.',
  body_too_large: 'È troppo lungo per essere un codice.',
  too_many_requests: 'Troppe richieste in poco tempo. Attenda un minuto e riprovi.',
  method_not_offered: 'Questo modo di connettersi non è offerto qui. Ne scelga un altro.',
  not_in_plan:
    'Il Suo piano non lo comprende. Il Suo fornitore di hosting può dirLe quali piani lo comprendono.',
  endpoint_unfit: 'Manca qualcosa. Controlli l’indirizzo, il protocollo, i modelli e la chiave.',
  key_needed_again: 'Inserisca di nuovo la chiave: non l’abbiamo conservata.',
  order_incomplete: 'Nel frattempo le Sue chiavi sono cambiate. Guardi di nuovo, poi le metta in ordine.',
  change_under_way: 'È in corso un’altra modifica sulla Sua macchina. Riprovi tra un minuto.',
  queue_full: 'In questo momento molte persone attendono di connettersi. Riprovi tra un minuto.',
  box_paused:
    'Qualche minuto fa la Sua macchina non ha risposto come previsto. Attenda dieci minuti e riprovi, o contatti l’assistenza.',
  look_late: 'Al momento non siamo riusciti a verificare la Sua macchina. Riprovi tra un minuto.',
  platform_key_missing:
    'Al momento non siamo riusciti a recuperare una nostra chiave. Contatti l’assistenza.',
  service_unavailable: 'Il nostro servizio non è raggiungibile in questo momento. Riprovi tra un minuto.',
  history_unavailable: 'I nostri registri non sono raggiungibili in questo momento. Riprovi tra un minuto.',
  usage_capped:
    'Questa connessione ha raggiunto il limite di utilizzo ed è in pausa. Viene conservata e sarà usata di nuovo al termine del periodo.',
  usage_unusual: 'L’utilizzo è stato molto superiore al solito. Se non è stato Lei, contatti l’assistenza.',
  fallback_in_use: 'Rispondono i nostri modelli al posto dei Suoi. Controlli la Sua connessione.',
};
