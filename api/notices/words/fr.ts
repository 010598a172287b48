import type { Words } from './en.ts';

export const fr: Words = {
  greeting: 'Bonjour {name},',
  'greeting.nobody': 'Bonjour,',

  'expiring.subject':
    'Votre connexion à {provider} prend fin dans {days, plural, one {# jour} other {# jours}}',
  'expiring.lead':
    'Votre connexion à {provider} prend fin le {date}. Ensuite, OpenClaw ne pourra plus l’utiliser sur votre machine.',
  'expiring.todo':
    'Renouvelez-la d’ici là : cela prend quelques minutes, et l’actuelle fonctionne jusqu’à ce que la nouvelle soit en service.',
  'expiring.broken': 'Renouvelez-la d’ici là : cela prend quelques minutes.',

  'expired.subject': 'Votre connexion à {provider} a expiré',
  'expired.lead':
    'Votre connexion à {provider} a expiré le {date}. OpenClaw ne peut plus l’utiliser sur votre machine.',
  'expired.seen':
    'Le {date}, nous avons constaté que votre connexion à {provider} avait expiré. OpenClaw ne peut plus l’utiliser sur votre machine.',

  'attention.subject': 'Votre connexion à {provider} demande votre attention',
  'attention.lead': 'Le {date}, nous avons constaté un problème avec votre connexion à {provider}.',

  'paused.subject': 'Votre connexion à {provider} est suspendue',
  'paused.lead':
    'Votre connexion à {provider} a atteint sa limite d’utilisation. Elle est conservée sur votre machine, et OpenClaw l’utilisera de nouveau à partir du {date}.',

  'recovered.subject': 'Votre connexion à {provider} fonctionne de nouveau',
  'recovered.lead':
    'Votre connexion à {provider} fonctionne de nouveau, comme nous l’avons constaté le {date}. Vous n’avez rien à faire.',

  'disconnected.subject': 'Votre connexion à {provider} a été supprimée',
  'disconnected.lead': 'Votre connexion à {provider} a été supprimée de votre machine le {date}.',
  'disconnected.forgotten':
    'Votre connexion à {provider} a pris fin le {date}, car votre machine aurait disparu. Nous n’avons pas pu la vérifier ; la clé ou l’autorisation s’y trouve peut-être encore.',
  'disconnected.revoke':
    'La clé ou l’autorisation elle-même reste valable chez {provider} tant que vous ne l’y avez pas révoquée.',
  'disconnected.doubt': 'Si vous ne vous y attendiez pas, veuillez contacter l’assistance.',

  'reason.credential_missing': 'La clé ou l’autorisation ne se trouve plus sur votre machine.',
  'reason.credential_replaced': 'Une autre clé ou une autre autorisation a pris sa place sur votre machine.',
  'reason.other_credential_first':
    'OpenClaw dispose sur votre machine d’une autre clé ou autorisation, qu’il utilise à la place de celle-ci.',
  'reason.credential_overridden':
    'Un paramètre de votre machine prend la place de votre clé ou de votre autorisation.',
  'reason.credential_in_cooldown':
    'OpenClaw a suspendu la clé ou l’autorisation à la suite d’échecs précédents.',
  'reason.key_no_credit': 'Votre compte {provider} n’a plus de crédit ou a atteint sa limite.',
  'reason.key_rejected': '{provider} n’accepte plus la clé ou l’autorisation.',
  'reason.key_revoked': 'La clé ou l’autorisation a été révoquée chez {provider} ou a expiré.',
  'reason.key_no_access': 'Votre compte {provider} n’a pas accès au modèle que demande OpenClaw.',
  'reason.model_moved': 'OpenClaw utilise désormais sur votre machine un modèle d’un autre fournisseur.',
  'reason.gateway_down': 'OpenClaw n’est pas en marche sur votre machine.',
  'reason.gateway_refuses': 'OpenClaw est en marche sur votre machine, mais ne répond à aucune discussion.',
  'reason.gateway_other_store':
    'OpenClaw fonctionne sur votre machine avec d’autres paramètres qu’auparavant.',
  'reason.gateway_elsewhere': 'OpenClaw fonctionne sous un autre compte utilisateur de votre machine.',
  'reason.store_unreadable': 'Les données d’OpenClaw sur votre machine sont endommagées.',
  'reason.openclaw_config_invalid': 'Les paramètres d’OpenClaw sur votre machine contiennent une erreur.',
  'reason.openclaw_update_unfinished':
    'OpenClaw a été mis à jour sur votre machine et ne peut pas encore lire ses données.',
  'reason.openclaw_missing': 'OpenClaw ne se trouve plus sur votre machine.',
  'reason.clock_wrong': 'L’horloge de votre machine n’est pas à l’heure.',
  'reason.claude_logged_out': 'Claude Code est déconnecté sur votre machine.',
  'reason.endpoint_not_api': 'Autre chose répond à l’adresse que vous avez indiquée.',
  'reason.endpoint_no_model':
    'Le modèle que demande OpenClaw n’existe plus à l’adresse que vous avez indiquée.',
  'reason.other': 'OpenClaw ne peut pas l’utiliser comme prévu sur votre machine.',

  'todo.connect': 'Veuillez rétablir la connexion : cela prend quelques minutes.',
  'todo.key':
    'Veuillez créer une nouvelle clé ou vous connecter de nouveau à {provider}, puis rétablir la connexion.',
  'todo.provider':
    'Veuillez régler cela auprès de {provider}. Il n’est pas nécessaire de rétablir la connexion.',
  'todo.support': 'Veuillez contacter l’assistance.',
  'todo.wait':
    'Cela passe souvent tout seul. Si ce n’est pas le cas d’ici demain, veuillez contacter l’assistance.',
  'todo.model': 'Si ce n’est pas votre choix, ouvrez votre page et choisissez de nouveau le modèle.',
  'todo.endpoint': 'Veuillez vérifier l’adresse et ses modèles, et rétablir la connexion s’ils ont changé.',
  'todo.page': 'Ouvrez votre page pour en savoir plus, et contactez l’assistance si vous avez besoin d’aide.',

  'fact.provider': 'Fournisseur',
  'fact.label': 'Nom que vous lui avez donné',
  'fact.box': 'Machine',
  'fact.ends': 'Fin',
  'fact.revoke': 'À révoquer sur',

  'button.renew': 'Renouveler la connexion',
  'button.connect': 'Rétablir la connexion',
  'button.open': 'Ouvrir votre page',

  'footer.about': 'Ceci est un message automatique au sujet de votre machine OpenClaw ({customer}).',
  'footer.safety': 'Nous ne demandons jamais de clé, de code ni de mot de passe par e-mail.',
  'footer.reminders': 'Ne plus recevoir d’e-mails avant la fin d’une connexion',
  'footer.problems': 'Ne plus recevoir d’e-mails sur les problèmes',
  'footer.disconnected': 'Ne plus recevoir d’e-mails sur les connexions supprimées',

  'page.title': 'E-mails au sujet de vos connexions',
  'page.reminders.on': 'Vous recevez un e-mail avant la fin d’une connexion.',
  'page.reminders.off': 'Vous ne recevez pas d’e-mails avant la fin d’une connexion.',
  'page.problems.on':
    'Vous recevez un e-mail quand une connexion a un problème, expire ou fonctionne de nouveau.',
  'page.problems.off':
    'Vous ne recevez pas d’e-mails quand une connexion a un problème, expire ou fonctionne de nouveau.',
  'page.disconnected.on': 'Vous recevez un e-mail quand une connexion est supprimée.',
  'page.disconnected.off': 'Vous ne recevez pas d’e-mails quand une connexion est supprimée.',
  'page.stop': 'Ne plus recevoir ces e-mails',
  'page.start': 'Les recevoir de nouveau',
  'page.done': 'Enregistré.',
  'page.gone': 'Ce lien ne fonctionne plus.',
  'page.gone.todo': 'Veuillez utiliser le lien d’un e-mail plus récent, ou contacter l’assistance.',
  'page.failed': 'Cela n’a pas fonctionné. Veuillez réessayer dans quelques minutes.',
};
