import type { Words } from './en.ts';

export const nl: Words = {
  greeting: 'Beste {name},',
  'greeting.nobody': 'Geachte klant,',

  'expiring.subject': 'Uw verbinding met {provider} eindigt over {days, plural, one {# dag} other {# dagen}}',
  'expiring.lead':
    'Uw verbinding met {provider} eindigt op {date}. Daarna kan OpenClaw op uw machine deze niet meer gebruiken.',
  'expiring.todo':
    'Verleng de verbinding voor die tijd: het kost een paar minuten, en de huidige blijft werken tot de nieuwe werkt.',
  'expiring.broken': 'Verleng de verbinding voor die tijd: het kost een paar minuten.',

  'expired.subject': 'Uw verbinding met {provider} is verlopen',
  'expired.lead':
    'Uw verbinding met {provider} is verlopen op {date}. OpenClaw op uw machine kan deze niet meer gebruiken.',
  'expired.seen':
    'Op {date} zagen we dat uw verbinding met {provider} is verlopen. OpenClaw op uw machine kan deze niet meer gebruiken.',

  'attention.subject': 'Uw verbinding met {provider} vraagt uw aandacht',
  'attention.lead': 'Op {date} zagen we dat er iets mis is met uw verbinding met {provider}.',

  'paused.subject': 'Uw verbinding met {provider} is gepauzeerd',
  'paused.lead':
    'Uw verbinding met {provider} heeft haar gebruikslimiet bereikt. Ze blijft op uw machine bewaard, en OpenClaw gebruikt haar weer vanaf {date}.',

  'recovered.subject': 'Uw verbinding met {provider} werkt weer',
  'recovered.lead':
    'Uw verbinding met {provider} werkt weer, zoals we op {date} hebben gezien. U hoeft niets te doen.',

  'disconnected.subject': 'Uw verbinding met {provider} is verwijderd',
  'disconnected.lead': 'Uw verbinding met {provider} is op {date} van uw machine verwijderd.',
  'disconnected.forgotten':
    'Uw verbinding met {provider} is beëindigd op {date}, omdat uw machine niet meer zou bestaan. We konden die niet controleren; de sleutel of aanmelding kan daar nog staan.',
  'disconnected.revoke':
    'De sleutel of aanmelding zelf blijft bij {provider} geldig totdat u die daar intrekt.',
  'disconnected.doubt': 'Had u dit niet verwacht, neem dan contact op met de klantenservice.',

  'reason.credential_missing': 'De sleutel of aanmelding staat niet meer op uw machine.',
  'reason.credential_replaced': 'Op uw machine staat nu een andere sleutel of aanmelding in plaats daarvan.',
  'reason.other_credential_first':
    'OpenClaw heeft op uw machine een andere sleutel of aanmelding en gebruikt die in plaats van deze.',
  'reason.credential_overridden':
    'Een instelling op uw machine komt in de plaats van uw sleutel of aanmelding.',
  'reason.credential_in_cooldown':
    'OpenClaw heeft de sleutel of aanmelding na eerdere fouten tijdelijk uitgeschakeld.',
  'reason.key_no_credit': 'Uw account bij {provider} heeft geen tegoed meer of heeft de limiet bereikt.',
  'reason.key_rejected': '{provider} accepteert de sleutel of aanmelding niet meer.',
  'reason.key_revoked': 'De sleutel of aanmelding is bij {provider} ingetrokken of is verlopen.',
  'reason.key_no_access': 'Uw account bij {provider} mag het model waar OpenClaw om vraagt, niet gebruiken.',
  'reason.model_moved': 'OpenClaw op uw machine gebruikt nu een model van een andere aanbieder.',
  'reason.gateway_down': 'OpenClaw draait niet op uw machine.',
  'reason.gateway_refuses': 'OpenClaw draait op uw machine, maar beantwoordt geen enkele chat.',
  'reason.gateway_other_store': 'OpenClaw draait op uw machine met andere instellingen dan voorheen.',
  'reason.gateway_elsewhere': 'OpenClaw draait op uw machine onder een ander gebruikersaccount.',
  'reason.store_unreadable': 'De gegevens van OpenClaw op uw machine zijn beschadigd.',
  'reason.openclaw_config_invalid': 'De instellingen van OpenClaw op uw machine bevatten een fout.',
  'reason.openclaw_update_unfinished':
    'OpenClaw is op uw machine bijgewerkt en kan zijn gegevens nog niet lezen.',
  'reason.openclaw_missing': 'OpenClaw staat niet meer op uw machine.',
  'reason.clock_wrong': 'De klok van uw machine loopt verkeerd.',
  'reason.claude_logged_out': 'Claude Code is op uw machine afgemeld.',
  'reason.endpoint_not_api': 'Op het adres dat u hebt opgegeven, antwoordt iets anders.',
  'reason.endpoint_no_model':
    'Op het adres dat u hebt opgegeven, is het model waar OpenClaw om vraagt, niet meer beschikbaar.',
  'reason.other': 'OpenClaw op uw machine kan deze niet goed gebruiken.',

  'todo.connect': 'Maak opnieuw verbinding: het kost een paar minuten.',
  'todo.key':
    'Maak bij {provider} een nieuwe sleutel of meld u daar opnieuw aan, en maak dan opnieuw verbinding.',
  'todo.provider': 'Los dit op bij {provider}. U hoeft niet opnieuw verbinding te maken.',
  'todo.support': 'Neem contact op met de klantenservice.',
  'todo.wait':
    'Dit gaat vaak vanzelf over. Is het morgen nog niet over, neem dan contact op met de klantenservice.',
  'todo.model': 'Hebt u dit niet zelf gekozen, open dan uw pagina en kies het model opnieuw.',
  'todo.endpoint':
    'Controleer het adres en de modellen daar, en maak opnieuw verbinding als die zijn veranderd.',
  'todo.page': 'Op uw pagina ziet u meer. Hebt u hulp nodig, neem dan contact op met de klantenservice.',

  'fact.provider': 'Aanbieder',
  'fact.label': 'Uw naam ervoor',
  'fact.box': 'Machine',
  'fact.ends': 'Eindigt',
  'fact.revoke': 'Intrekken op',

  'button.renew': 'Verbinding verlengen',
  'button.connect': 'Opnieuw verbinding maken',
  'button.open': 'Uw pagina openen',

  'footer.about': 'Dit is een automatisch bericht over uw OpenClaw-machine ({customer}).',
  'footer.safety': 'We vragen nooit per e-mail om sleutels, codes of wachtwoorden.',
  'footer.reminders': 'Geen e-mails meer voordat een verbinding eindigt',
  'footer.problems': 'Geen e-mails meer over problemen',
  'footer.disconnected': 'Geen e-mails meer over verwijderde verbindingen',

  'page.title': 'E-mails over uw verbindingen',
  'page.reminders.on': 'U ontvangt een e-mail vóór het einde van een verbinding.',
  'page.reminders.off': 'U ontvangt geen e-mails vóór het einde van een verbinding.',
  'page.problems.on':
    'U ontvangt een e-mail wanneer een verbinding een probleem heeft, verloopt of weer werkt.',
  'page.problems.off':
    'U ontvangt geen e-mails wanneer een verbinding een probleem heeft, verloopt of weer werkt.',
  'page.disconnected.on': 'U ontvangt een e-mail wanneer een verbinding wordt verwijderd.',
  'page.disconnected.off': 'U ontvangt geen e-mails wanneer een verbinding wordt verwijderd.',
  'page.stop': 'Deze e-mails niet meer ontvangen',
  'page.start': 'Weer ontvangen',
  'page.done': 'Opgeslagen.',
  'page.gone': 'Deze link werkt niet meer.',
  'page.gone.todo': 'Gebruik de link in een nieuwere e-mail, of neem contact op met de klantenservice.',
  'page.failed': 'Dat is nu niet gelukt. Probeer het over een paar minuten opnieuw.',
};
