import type { Words } from './en.ts';

export const it: Words = {
  greeting: 'Gentile {name},',
  'greeting.nobody': 'Buongiorno,',

  'expiring.subject':
    'La Sua connessione a {provider} termina tra {days, plural, one {# giorno} other {# giorni}}',
  'expiring.lead':
    'La Sua connessione a {provider} termina in data {date}. Da quel momento OpenClaw non potrà più usarla sulla Sua macchina.',
  'expiring.todo':
    'La rinnovi prima: bastano pochi minuti, e quella attuale funziona finché non è attiva la nuova.',
  'expiring.broken': 'La rinnovi prima: bastano pochi minuti.',

  'expired.subject': 'La Sua connessione a {provider} è scaduta',
  'expired.lead':
    'La Sua connessione a {provider} è scaduta in data {date}. OpenClaw non può più usarla sulla Sua macchina.',
  'expired.seen':
    'In data {date} abbiamo rilevato che la Sua connessione a {provider} è scaduta. OpenClaw non può più usarla sulla Sua macchina.',

  'attention.subject': 'La Sua connessione a {provider} richiede la Sua attenzione',
  'attention.lead': 'In data {date} abbiamo rilevato un problema nella Sua connessione a {provider}.',

  'paused.subject': 'La Sua connessione a {provider} è in pausa',
  'paused.lead':
    'La Sua connessione a {provider} ha raggiunto il limite di utilizzo. Resta sulla Sua macchina e OpenClaw la userà di nuovo a partire dal {date}.',

  'recovered.subject': 'La Sua connessione a {provider} funziona di nuovo',
  'recovered.lead':
    'La Sua connessione a {provider} funziona di nuovo, come abbiamo verificato in data {date}. Non deve fare nulla.',

  'disconnected.subject': 'La Sua connessione a {provider} è stata rimossa',
  'disconnected.lead': 'La Sua connessione a {provider} è stata rimossa dalla Sua macchina in data {date}.',
  'disconnected.forgotten':
    'La Sua connessione a {provider} è stata chiusa in data {date}, perché è stato indicato che la Sua macchina non c’è più. Non siamo riusciti a verificarla, quindi la chiave o l’autorizzazione potrebbe essere ancora lì.',
  'disconnected.revoke':
    'La chiave o l’autorizzazione in sé resta valida presso {provider} finché non la revoca lì.',
  'disconnected.doubt': 'Se non se lo aspettava, contatti l’assistenza.',

  'reason.credential_missing': 'La chiave o l’autorizzazione non si trova più sulla Sua macchina.',
  'reason.credential_replaced':
    'Sulla Sua macchina un’altra chiave o un’altra autorizzazione ne ha preso il posto.',
  'reason.other_credential_first':
    'OpenClaw ha sulla Sua macchina un’altra chiave o autorizzazione e usa quella al posto di questa.',
  'reason.credential_overridden':
    'Un’impostazione della Sua macchina prende il posto della Sua chiave o autorizzazione.',
  'reason.credential_in_cooldown': 'OpenClaw ha sospeso la chiave o l’autorizzazione dopo errori precedenti.',
  'reason.key_no_credit': 'Il Suo account {provider} ha esaurito il credito o ha raggiunto il limite.',
  'reason.key_rejected': '{provider} non accetta più la chiave o l’autorizzazione.',
  'reason.key_revoked': 'La chiave o l’autorizzazione è stata revocata presso {provider} o è scaduta.',
  'reason.key_no_access': 'Il Suo account {provider} non ha accesso al modello richiesto da OpenClaw.',
  'reason.model_moved': 'OpenClaw ora usa sulla Sua macchina un modello di un altro fornitore.',
  'reason.gateway_down': 'OpenClaw non è in esecuzione sulla Sua macchina.',
  'reason.gateway_refuses': 'OpenClaw è in esecuzione sulla Sua macchina, ma non risponde a nessuna chat.',
  'reason.gateway_other_store':
    'OpenClaw è in esecuzione sulla Sua macchina con impostazioni diverse da prima.',
  'reason.gateway_elsewhere': 'OpenClaw è in esecuzione con un altro account utente della Sua macchina.',
  'reason.store_unreadable': 'I dati di OpenClaw sulla Sua macchina sono danneggiati.',
  'reason.openclaw_config_invalid': 'Le impostazioni di OpenClaw sulla Sua macchina contengono un errore.',
  'reason.openclaw_update_unfinished':
    'OpenClaw è stato aggiornato sulla Sua macchina e non può ancora leggere i propri dati.',
  'reason.openclaw_missing': 'OpenClaw non si trova più sulla Sua macchina.',
  'reason.clock_wrong': 'L’orologio della Sua macchina non è corretto.',
  'reason.claude_logged_out': 'Claude Code sulla Sua macchina è disconnesso dall’account.',
  'reason.endpoint_not_api': 'All’indirizzo che ha indicato risponde qualcos’altro.',
  'reason.endpoint_no_model': 'All’indirizzo che ha indicato non c’è più il modello richiesto da OpenClaw.',
  'reason.other': 'OpenClaw non riesce a usarla come dovrebbe sulla Sua macchina.',

  'todo.connect': 'Si connetta di nuovo: bastano pochi minuti.',
  'todo.key': 'Crei una nuova chiave o acceda di nuovo presso {provider}, poi si connetta di nuovo.',
  'todo.provider': 'Risolva la cosa presso {provider}. Non è necessario connettersi di nuovo.',
  'todo.support': 'Contatti l’assistenza.',
  'todo.wait': 'Spesso si risolve da sé. Se domani il problema persiste, contatti l’assistenza.',
  'todo.model': 'Se non l’ha scelto Lei, apra la Sua pagina e scelga di nuovo il modello.',
  'todo.endpoint': 'Verifichi l’indirizzo e i suoi modelli, e si connetta di nuovo se sono cambiati.',
  'todo.page': 'Apra la Sua pagina per saperne di più e contatti l’assistenza se ha bisogno di aiuto.',

  'fact.provider': 'Fornitore',
  'fact.label': 'Nome assegnato',
  'fact.box': 'Macchina',
  'fact.ends': 'Termina',
  'fact.revoke': 'Da revocare su',

  'button.renew': 'Rinnova la connessione',
  'button.connect': 'Connetti di nuovo',
  'button.open': 'Apri la pagina',

  'footer.about': 'Questo è un messaggio automatico sulla Sua macchina OpenClaw ({customer}).',
  'footer.safety': 'Non chiediamo mai chiavi, codici o password via e-mail.',
  'footer.reminders': 'Non ricevere più e-mail prima della fine di una connessione',
  'footer.problems': 'Non ricevere più e-mail sui problemi',
  'footer.disconnected': 'Non ricevere più e-mail sulle connessioni rimosse',

  'page.title': 'E-mail sulle Sue connessioni',
  'page.reminders.on': 'Riceve un’e-mail prima della fine di una connessione.',
  'page.reminders.off': 'Non riceve e-mail prima della fine di una connessione.',
  'page.problems.on': 'Riceve un’e-mail quando una connessione ha un problema, scade o funziona di nuovo.',
  'page.problems.off': 'Non riceve e-mail quando una connessione ha un problema, scade o funziona di nuovo.',
  'page.disconnected.on': 'Riceve un’e-mail quando una connessione viene rimossa.',
  'page.disconnected.off': 'Non riceve e-mail quando una connessione viene rimossa.',
  'page.stop': 'Non ricevere più queste e-mail',
  'page.start': 'Riceverle di nuovo',
  'page.done': 'Salvato.',
  'page.gone': 'Questo link non funziona più.',
  'page.gone.todo': 'Usi il link di un’e-mail più recente o contatti l’assistenza.',
  'page.failed': 'L’operazione non è riuscita. Riprovi tra qualche minuto.',
};
