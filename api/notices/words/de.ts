import type { Words } from './en.ts';

export const de: Words = {
  greeting: 'Guten Tag {name},',
  'greeting.nobody': 'Guten Tag,',

  'expiring.subject': 'Ihre Verbindung zu {provider} endet in {days, plural, one {# Tag} other {# Tagen}}',
  'expiring.lead':
    'Ihre Verbindung zu {provider} endet am {date}. Danach kann OpenClaw auf Ihrem Rechner sie nicht mehr nutzen.',
  'expiring.todo':
    'Bitte erneuern Sie sie vorher: Das dauert nur wenige Minuten, und die bisherige funktioniert weiter, bis die neue funktioniert.',
  'expiring.broken': 'Bitte erneuern Sie sie vorher: Das dauert nur wenige Minuten.',

  'expired.subject': 'Ihre Verbindung zu {provider} ist abgelaufen',
  'expired.lead':
    'Ihre Verbindung zu {provider} ist am {date} abgelaufen. OpenClaw auf Ihrem Rechner kann sie nicht mehr nutzen.',
  'expired.seen':
    'Am {date} haben wir festgestellt, dass Ihre Verbindung zu {provider} abgelaufen ist. OpenClaw auf Ihrem Rechner kann sie nicht mehr nutzen.',

  'attention.subject': 'Ihre Verbindung zu {provider} braucht Ihre Aufmerksamkeit',
  'attention.lead':
    'Am {date} haben wir festgestellt, dass mit Ihrer Verbindung zu {provider} etwas nicht stimmt.',

  'paused.subject': 'Ihre Verbindung zu {provider} pausiert',
  'paused.lead':
    'Für Ihre Verbindung zu {provider} ist das Nutzungslimit erreicht. Sie bleibt auf Ihrem Rechner erhalten, und ab dem {date} nutzt OpenClaw sie wieder.',

  'recovered.subject': 'Ihre Verbindung zu {provider} funktioniert wieder',
  'recovered.lead':
    'Ihre Verbindung zu {provider} funktioniert wieder, wie wir am {date} festgestellt haben. Sie müssen nichts tun.',

  'disconnected.subject': 'Ihre Verbindung zu {provider} wurde entfernt',
  'disconnected.lead': 'Ihre Verbindung zu {provider} wurde am {date} von Ihrem Rechner entfernt.',
  'disconnected.forgotten':
    'Ihre Verbindung zu {provider} wurde am {date} beendet, weil es Ihren Rechner nicht mehr geben soll. Wir konnten ihn nicht prüfen; der Schlüssel oder die Anmeldung kann dort noch sein.',
  'disconnected.revoke':
    'Der Schlüssel oder die Anmeldung selbst bleibt bei {provider} gültig, bis Sie ihn oder sie dort widerrufen.',
  'disconnected.doubt': 'Falls Sie das nicht erwartet haben, wenden Sie sich bitte an den Support.',

  'reason.credential_missing': 'Der Schlüssel oder die Anmeldung ist nicht mehr auf Ihrem Rechner.',
  'reason.credential_replaced':
    'Auf Ihrem Rechner steht jetzt stattdessen ein anderer Schlüssel oder eine andere Anmeldung.',
  'reason.other_credential_first':
    'OpenClaw auf Ihrem Rechner hat einen anderen Schlüssel oder eine andere Anmeldung und nutzt diese stattdessen.',
  'reason.credential_overridden':
    'Eine Einstellung auf Ihrem Rechner tritt an die Stelle Ihres Schlüssels oder Ihrer Anmeldung.',
  'reason.credential_in_cooldown':
    'OpenClaw hat den Schlüssel oder die Anmeldung nach früheren Fehlern vorübergehend ausgesetzt.',
  'reason.key_no_credit': 'Ihr Konto bei {provider} hat kein Guthaben mehr oder hat sein Limit erreicht.',
  'reason.key_rejected': '{provider} akzeptiert den Schlüssel oder die Anmeldung nicht mehr.',
  'reason.key_revoked':
    'Der Schlüssel oder die Anmeldung wurde bei {provider} widerrufen oder ist abgelaufen.',
  'reason.key_no_access': 'Ihr Konto bei {provider} darf das Modell, das OpenClaw anfordert, nicht nutzen.',
  'reason.model_moved': 'OpenClaw auf Ihrem Rechner nutzt jetzt ein Modell eines anderen Anbieters.',
  'reason.gateway_down': 'OpenClaw läuft auf Ihrem Rechner nicht.',
  'reason.gateway_refuses': 'OpenClaw läuft auf Ihrem Rechner, beantwortet aber keinen Chat.',
  'reason.gateway_other_store': 'OpenClaw läuft auf Ihrem Rechner mit anderen Einstellungen als zuvor.',
  'reason.gateway_elsewhere': 'OpenClaw läuft auf Ihrem Rechner unter einem anderen Benutzerkonto.',
  'reason.store_unreadable': 'Die Daten von OpenClaw auf Ihrem Rechner sind beschädigt.',
  'reason.openclaw_config_invalid':
    'Die Einstellungen von OpenClaw auf Ihrem Rechner enthalten einen Fehler.',
  'reason.openclaw_update_unfinished':
    'OpenClaw wurde auf Ihrem Rechner aktualisiert und kann seine Daten noch nicht lesen.',
  'reason.openclaw_missing': 'OpenClaw ist nicht mehr auf Ihrem Rechner.',
  'reason.clock_wrong': 'Die Uhr Ihres Rechners geht falsch.',
  'reason.claude_logged_out': 'Claude Code ist auf Ihrem Rechner abgemeldet.',
  'reason.endpoint_not_api': 'Unter der Adresse, die Sie angegeben haben, antwortet etwas anderes.',
  'reason.endpoint_no_model':
    'Unter der Adresse, die Sie angegeben haben, gibt es das Modell nicht mehr, das OpenClaw anfordert.',
  'reason.other': 'OpenClaw auf Ihrem Rechner kann sie nicht wie vorgesehen nutzen.',

  'todo.connect': 'Bitte verbinden Sie sich erneut: Das dauert wenige Minuten.',
  'todo.key':
    'Bitte erstellen Sie bei {provider} einen neuen Schlüssel oder melden Sie sich dort neu an, und verbinden Sie sich dann erneut.',
  'todo.provider': 'Bitte klären Sie das bei {provider}. Erneut verbinden müssen Sie sich nicht.',
  'todo.support': 'Bitte wenden Sie sich an den Support.',
  'todo.wait':
    'Das geht oft von selbst vorüber. Falls nicht bis morgen, wenden Sie sich bitte an den Support.',
  'todo.model':
    'Falls Sie das nicht selbst so gewählt haben, öffnen Sie Ihre Seite und wählen Sie das Modell erneut.',
  'todo.endpoint':
    'Bitte prüfen Sie die Adresse und ihre Modelle, und verbinden Sie sich erneut, falls sie sich geändert haben.',
  'todo.page': 'Auf Ihrer Seite sehen Sie mehr; wenn Sie Hilfe brauchen, wenden Sie sich an den Support.',

  'fact.provider': 'Anbieter',
  'fact.label': 'Ihr Name dafür',
  'fact.box': 'Rechner',
  'fact.ends': 'Endet',
  'fact.revoke': 'Widerrufen unter',

  'button.renew': 'Verbindung erneuern',
  'button.connect': 'Erneut verbinden',
  'button.open': 'Ihre Seite öffnen',

  'footer.about': 'Dies ist eine automatische Nachricht zu Ihrem OpenClaw-Rechner ({customer}).',
  'footer.safety': 'Wir fragen nie per E-Mail nach Schlüsseln, Codes oder Passwörtern.',
  'footer.reminders': 'Keine E-Mails mehr vor dem Ende einer Verbindung',
  'footer.problems': 'Keine E-Mails mehr über Probleme',
  'footer.disconnected': 'Keine E-Mails mehr über entfernte Verbindungen',

  'page.title': 'E-Mails zu Ihren Verbindungen',
  'page.reminders.on': 'Sie erhalten eine E-Mail vor dem Ende einer Verbindung.',
  'page.reminders.off': 'Sie erhalten keine E-Mails vor dem Ende einer Verbindung.',
  'page.problems.on':
    'Sie erhalten eine E-Mail, wenn eine Verbindung ein Problem hat, abläuft oder wieder funktioniert.',
  'page.problems.off':
    'Sie erhalten keine E-Mails, wenn eine Verbindung ein Problem hat, abläuft oder wieder funktioniert.',
  'page.disconnected.on': 'Sie erhalten eine E-Mail, wenn eine Verbindung entfernt wird.',
  'page.disconnected.off': 'Sie erhalten keine E-Mails, wenn eine Verbindung entfernt wird.',
  'page.stop': 'Diese E-Mails abbestellen',
  'page.start': 'Diese E-Mails wieder erhalten',
  'page.done': 'Gespeichert.',
  'page.gone': 'Dieser Link funktioniert nicht mehr.',
  'page.gone.todo': 'Bitte nutzen Sie den Link in einer neueren E-Mail, oder wenden Sie sich an den Support.',
  'page.failed': 'Das hat gerade nicht geklappt. Bitte versuchen Sie es in einigen Minuten noch einmal.',
};
