import type { Translated } from '../say.ts';

export const messages: Translated<'errors'> = {
  worker_stopped: 'Nous avons dû interrompre l’opération. Veuillez recommencer.',
  worker_lost: 'Une interruption s’est produite de notre côté. Veuillez recommencer.',
  worker_short: 'Nous manquons de ressources en ce moment. Veuillez réessayer dans quelques minutes.',
  box_not_listed: 'Nous n’avons pas trouvé votre machine. Veuillez demander à l’assistance de l’ajouter.',
  box_ambiguous:
    'Plusieurs machines sont enregistrées sous votre nom : nous nous sommes donc arrêtés. Veuillez contacter l’assistance.',
  box_stopped: 'Votre machine est éteinte. Veuillez la démarrer, puis réessayer.',
  inventory_unavailable:
    'Nous n’avons pas pu retrouver votre machine à l’instant. Veuillez réessayer dans quelques minutes.',
  inventory_denied:
    'Nous n’avons pas pu retrouver votre machine. Veuillez contacter l’assistance : le problème vient de chez nous.',
  box_kind_off:
    'Nous n’avons pas pu joindre votre machine. Veuillez contacter l’assistance : le problème vient de chez nous.',
  box_address_refused:
    'Nous n’avons pas pu joindre votre machine. Veuillez contacter l’assistance : le problème vient de chez nous.',
  box_unreachable: 'Nous n’avons pas pu joindre votre machine. Veuillez réessayer dans quelques minutes.',
  host_key_unknown:
    'Nous n’avons pas pu nous assurer qu’il s’agit de votre machine : nous nous sommes donc arrêtés. Veuillez contacter l’assistance.',
  host_key_mismatch:
    'Nous n’avons pas pu nous assurer qu’il s’agit de votre machine : nous nous sommes donc arrêtés. Veuillez contacter l’assistance et préciser si elle a été réinstallée.',
  ssh_auth_failed:
    'Votre machine ne nous a pas laissé entrer. Veuillez contacter l’assistance et préciser si vous avez changé qui peut s’y connecter.',
  identity_unusable:
    'Nous n’avons pas pu utiliser notre clé pour votre machine. Veuillez contacter l’assistance : le problème vient de chez nous.',
  second_factor_wanted:
    'Votre machine demande un second facteur, que nous ne pouvons pas fournir. Veuillez contacter l’assistance.',
  certificate_refused:
    'Votre machine ne nous a pas laissé entrer. Veuillez contacter l’assistance et préciser si vous avez changé qui peut s’y connecter.',
  connection_lost: 'La liaison avec votre machine a été coupée. Veuillez recommencer.',
  channel_refused:
    'Votre machine ne nous a pas laissé ouvrir une autre session. Veuillez réessayer dans quelques minutes.',
  box_call_timeout: 'Votre machine n’a pas répondu à temps. Veuillez réessayer dans quelques minutes.',
  claude_missing:
    'Nous n’avons pas trouvé Claude Code sur votre machine. Veuillez demander à l’assistance de l’installer.',
  openclaw_missing:
    'Nous n’avons pas trouvé OpenClaw sur votre machine. Veuillez demander à l’assistance de l’installer.',
  gateway_elsewhere:
    'OpenClaw fonctionne sous un autre compte sur votre machine. Veuillez contacter l’assistance.',
  openclaw_config_invalid:
    'Les paramètres d’OpenClaw sur votre machine contiennent une erreur. Veuillez contacter l’assistance.',
  openclaw_update_unfinished:
    'OpenClaw a été mis à jour sur votre machine et ne peut pas encore lire ses données. Veuillez contacter l’assistance.',
  openclaw_read_only:
    'OpenClaw ne nous laisse pas enregistrer l’autorisation sur votre machine. Veuillez contacter l’assistance.',
  agent_unclear:
    'OpenClaw a plusieurs agents sur votre machine. Veuillez demander à l’assistance lequel utiliser.',
  box_unusable:
    'Votre machine n’a pas répondu comme prévu. Veuillez contacter l’assistance et préciser si vous avez modifié son shell ou ses fichiers de démarrage.',
  account_expired:
    'Le compte que nous utilisons sur votre machine a expiré. Veuillez contacter l’assistance.',
  login_shell_closed: 'Votre machine n’a pas répondu comme prévu. Veuillez contacter l’assistance.',
  memory_short: 'Votre machine manque de mémoire. Veuillez réessayer dans quelques minutes.',
  disk_full:
    'Le disque de votre machine est plein. Veuillez libérer de l’espace ou le demander à l’assistance, puis recommencer.',
  home_unwritable:
    'Votre machine ne nous laisse pas enregistrer l’autorisation. Veuillez contacter l’assistance.',
  clock_wrong:
    'L’horloge de votre machine n’est pas à l’heure. Veuillez demander à l’assistance de la régler.',
  node_unfit:
    'Un programme dont votre machine a besoin est absent ou trop ancien. Veuillez demander à l’assistance de le mettre à jour.',
  claude_unfit: 'Claude Code ne peut pas fonctionner sur votre machine. Veuillez contacter l’assistance.',
  claude_incomplete:
    'Claude Code n’est pas entièrement installé sur votre machine. Veuillez demander à l’assistance de le réinstaller.',
  openclaw_unfit: 'OpenClaw ne peut pas fonctionner sur votre machine. Veuillez contacter l’assistance.',
  openclaw_incomplete:
    'OpenClaw n’est pas entièrement installé sur votre machine. Veuillez demander à l’assistance de le réinstaller.',
  method_not_available:
    'Ce mode de connexion ne fonctionne pas avec les programmes de votre machine. Veuillez en choisir un autre ou demander à l’assistance de les mettre à jour.',
  other_credential_first:
    'OpenClaw a sur votre machine une autre autorisation ou une autre clé, qu’il utiliserait à la place de celle-ci. Veuillez contacter l’assistance.',
  prepare_failed:
    'Nous n’avons pas pu préparer votre machine. Veuillez réessayer ; si le problème persiste, contactez l’assistance.',
  claude_crashed: 'Claude Code n’a pas pu démarrer sur votre machine. Veuillez contacter l’assistance.',
  link_not_shown: 'Votre machine a mis trop de temps à préparer la connexion. Veuillez réessayer.',
  link_not_trusted:
    'Votre machine a fourni un lien de connexion auquel nous ne faisons pas confiance : nous nous sommes donc arrêtés. Veuillez contacter l’assistance.',
  claude_settings_broken:
    'Un fichier de paramètres de Claude Code est endommagé sur votre machine. Veuillez contacter l’assistance.',
  login_method_forced:
    'Claude Code est configuré sur votre machine pour un autre mode de connexion. Veuillez contacter l’assistance ou la personne qui l’a configuré.',
  provider_not_allowed:
    'Les paramètres de Claude Code sur votre machine n’autorisent pas le service d’Anthropic lui-même. Veuillez contacter l’assistance ou la personne qui l’a configuré.',
  claude_failed: 'Claude Code n’a pas répondu comme il se doit sur votre machine. Veuillez réessayer.',
  claude_not_signed_in:
    'La connexion a réussi, mais Claude Code ne l’a pas conservée sur votre machine. Veuillez réessayer.',
  screen_unknown:
    'Un programme de votre machine a fait quelque chose d’inattendu ; par sécurité, nous nous sommes arrêtés. Veuillez contacter l’assistance.',
  box_flooded: 'Votre machine n’a pas répondu comme prévu. Veuillez contacter l’assistance.',
  worker_blocked: 'Votre machine n’a pas répondu comme prévu. Veuillez contacter l’assistance.',
  program_ended:
    'Claude Code s’est arrêté sur votre machine avant la fin de la connexion. Veuillez recommencer.',
  sign_in_expired: 'Le lien de connexion a expiré. Veuillez recommencer pour en obtenir un nouveau.',
  code_incomplete: 'Ce n’est qu’une partie du code. Veuillez le copier en entier, y compris le # au milieu.',
  code_malformed:
    'Cela ne ressemble pas à un code de connexion. Veuillez le copier de nouveau depuis la page de connexion.',
  sealed_unreadable:
    'Ce que vous avez envoyé n’a pas pu être ouvert ici. Veuillez recharger cette page et le saisir de nouveau.',
  code_is_mailed:
    'C’est le code de l’e-mail d’Anthropic. Saisissez-le sur la page d’Anthropic ; le code qu’il nous faut est plus long, avec un # au milieu.',
  code_is_key:
    'C’est une clé, pas le code. Gardez-la pour vous, et copiez le code affiché sur la page de connexion.',
  code_is_token:
    'C’est le résultat d’une connexion, pas le code. Il n’est pas demandé ici : gardez-le pour vous, et copiez le code affiché sur la page de connexion.',
  code_is_link:
    'C’est le lien vers la page de connexion. Ouvrez-le, connectez-vous et copiez le code obtenu à la fin.',
  code_from_other_link:
    'Ce code correspond à un lien de connexion antérieur. Veuillez ouvrir le lien affiché ici et copier son code.',
  key_incomplete: 'Ce n’est qu’une partie de la clé. Veuillez la copier en entier.',
  key_malformed: 'Cela ne ressemble pas à une clé de ce fournisseur. Veuillez la copier de nouveau.',
  key_in_pieces: 'La clé contient un espace ou un saut de ligne. Veuillez la copier d’un seul tenant.',
  key_several:
    'Il y a là plusieurs clés. Veuillez en coller une seule ; vous pourrez ajouter les autres ensuite.',
  key_of_other_provider: 'C’est la clé d’un autre fournisseur.',
  key_is_token:
    'C’est le résultat d’une connexion, pas une clé API. Gardez-le pour vous, et créez une clé API.',
  key_is_admin:
    'C’est une clé d’administration, avec laquelle on ne peut rien demander à un modèle. Veuillez créer une clé API ordinaire.',
  key_is_code: 'C’est un code de connexion, pas une clé API.',
  key_is_link: 'C’est un lien, pas une clé. Ouvrez-le et copiez la clé qui s’y trouve.',
  key_is_masked:
    'C’est la forme abrégée d’une clé. Les fournisseurs n’affichent une clé entière qu’une seule fois ; si vous ne l’avez pas, veuillez en créer une nouvelle.',
  code_rejected: 'Claude n’a pas accepté ce code. Veuillez vous reconnecter avec le nouveau lien.',
  too_many_rejected_codes:
    'Plusieurs codes n’ont pas été acceptés. Veuillez attendre quelques minutes, puis recommencer.',
  anthropic_unreachable:
    'Votre machine n’a pas reçu de réponse d’Anthropic. Veuillez réessayer dans quelques minutes.',
  anthropic_error:
    'Anthropic vient de rencontrer un problème et le code n’est peut-être plus utilisable. Veuillez vous connecter avec le nouveau lien.',
  anthropic_forbidden:
    'Anthropic n’a pas laissé votre machine se connecter. Veuillez contacter l’assistance : il lui faut peut-être une autre adresse réseau.',
  account_on_hold: 'Anthropic a suspendu ce compte Claude. Veuillez consulter https://claude.ai/restricted.',
  organization_refused:
    'L’organisation à laquelle appartient ce compte Claude ne le permet pas. Veuillez vous connecter avec un autre compte ou vous adresser à votre administrateur.',
  token_incomplete:
    'Nous n’avons pas pu lire l’autorisation entière depuis votre machine. Veuillez recommencer.',
  openclaw_refused_token:
    'OpenClaw n’a pas confirmé l’enregistrement de l’autorisation. Veuillez réessayer ; si le problème persiste, contactez l’assistance.',
  openclaw_failed:
    'OpenClaw n’a pas répondu comme prévu sur votre machine. Veuillez réessayer ; si le problème persiste, contactez l’assistance.',
  model_not_offered:
    'Le modèle choisi n’est pas disponible sur votre machine. Veuillez demander à l’assistance d’en choisir un autre.',
  credential_overridden:
    'Un autre paramètre de votre machine fait obstacle à la nouvelle autorisation. Veuillez contacter l’assistance.',
  credential_not_effective:
    'OpenClaw a l’autorisation, mais ne l’utilise pas. Veuillez contacter l’assistance.',
  credential_in_cooldown:
    'OpenClaw a mis l’autorisation en pause après des échecs antérieurs. Veuillez réessayer plus tard.',
  credential_expired:
    '{what, select, key {Cette clé a expiré. Veuillez rétablir la connexion.} signIn {Cette autorisation a expiré. Veuillez rétablir la connexion.} other {Cette clé ou cette autorisation a expiré. Veuillez rétablir la connexion.}}',
  credential_missing:
    '{what, select, key {Cette clé ne se trouve plus sur votre machine. Veuillez rétablir la connexion.} signIn {Cette autorisation ne se trouve plus sur votre machine. Veuillez rétablir la connexion.} other {Cette clé ou cette autorisation ne se trouve plus sur votre machine. Veuillez rétablir la connexion.}}',
  credential_replaced:
    'Une autre clé ou une autre autorisation a pris la place de celle-ci sur votre machine. Veuillez rétablir la connexion.',
  model_moved: 'OpenClaw utilise désormais sur votre machine un modèle d’un autre fournisseur.',
  gateway_down: 'OpenClaw n’est pas en marche sur votre machine. Veuillez contacter l’assistance.',
  gateway_refuses:
    'OpenClaw est en marche sur votre machine, mais ne répond à aucune discussion. Veuillez contacter l’assistance.',
  gateway_other_store:
    'OpenClaw fonctionne sur votre machine avec d’autres paramètres. Veuillez contacter l’assistance.',
  store_unreadable:
    'Les données d’OpenClaw sont endommagées sur votre machine. Veuillez contacter l’assistance.',
  claude_logged_out: 'Claude Code est déconnecté sur votre machine. Veuillez rétablir la connexion.',
  profile_not_removed:
    'Votre machine a toujours l’autorisation. Veuillez réessayer ou contacter l’assistance.',
  profile_not_separable:
    'L’autorisation ne peut pas être retirée séparément de votre machine. Veuillez contacter l’assistance.',
  turn_failed:
    'Claude n’a pas répondu avec la nouvelle autorisation. Veuillez réessayer ; si le problème persiste, contactez l’assistance.',
  key_rejected:
    '{what, select, key {Le fournisseur ne connaît pas cette clé. Veuillez vérifier que vous l’avez copiée en entier, ou en créer une autre chez lui.} signIn {Le fournisseur ne connaît pas cette autorisation. Veuillez vous connecter de nouveau.} other {Le fournisseur ne connaît pas cette clé ou cette autorisation. Veuillez vérifier que vous avez copié la clé en entier, en créer une autre chez lui ou vous connecter de nouveau.}}',
  key_revoked:
    '{what, select, key {Cette clé a été révoquée ou a expiré. Veuillez en créer une autre chez le fournisseur.} signIn {Cette autorisation a été révoquée ou a expiré. Veuillez vous connecter de nouveau.} other {Cette clé ou cette autorisation a été révoquée ou a expiré. Veuillez créer une autre clé chez le fournisseur ou vous connecter de nouveau.}}',
  key_no_credit:
    '{what, select, key {La clé est bonne, mais son compte n’a plus de crédit ou a atteint sa limite. Veuillez y remédier auprès du fournisseur, puis réessayer.} signIn {L’autorisation est bonne, mais son compte n’a plus de crédit ou a atteint sa limite. Veuillez y remédier auprès du fournisseur, puis réessayer.} other {La clé ou l’autorisation est bonne, mais son compte n’a plus de crédit ou a atteint sa limite. Veuillez y remédier auprès du fournisseur, puis réessayer.}}',
  key_no_access:
    '{what, select, key {La clé est bonne, mais elle ne permet pas d’utiliser ce modèle. Veuillez demander l’accès au fournisseur, ou utiliser une autre clé.} signIn {L’autorisation est bonne, mais elle ne permet pas d’utiliser ce modèle. Veuillez demander l’accès au fournisseur, ou vous connecter avec un autre compte.} other {La clé ou l’autorisation est bonne, mais elle ne permet pas d’utiliser ce modèle. Veuillez demander l’accès au fournisseur, ou en utiliser une autre.}}',
  region_refused:
    '{what, select, key {Le fournisseur n’accepte pas de requêtes depuis l’endroit où se trouve votre machine. Votre clé n’est pas en cause. Veuillez contacter l’assistance.} signIn {Le fournisseur n’accepte pas de requêtes depuis l’endroit où se trouve votre machine. Votre autorisation n’est pas en cause. Veuillez contacter l’assistance.} other {Le fournisseur n’accepte pas de requêtes depuis l’endroit où se trouve votre machine. Votre clé ou votre autorisation n’est pas en cause. Veuillez contacter l’assistance.}}',
  provider_rate_limited:
    '{what, select, key {Le fournisseur limite en ce moment les requêtes faites avec cette clé, qui peut être tout à fait bonne. Veuillez réessayer dans quelques minutes.} signIn {Le fournisseur limite en ce moment les requêtes faites avec cette autorisation, qui peut être tout à fait bonne. Veuillez réessayer dans quelques minutes.} other {Le fournisseur limite en ce moment les requêtes faites avec cette clé ou cette autorisation, qui peut être tout à fait bonne. Veuillez réessayer dans quelques minutes.}}',
  provider_down:
    '{what, select, key {Le fournisseur rencontre des difficultés en ce moment. Votre clé n’est pas en cause. Veuillez réessayer dans quelques minutes.} signIn {Le fournisseur rencontre des difficultés en ce moment. Votre autorisation n’est pas en cause. Veuillez réessayer dans quelques minutes.} other {Le fournisseur rencontre des difficultés en ce moment. Votre clé ou votre autorisation n’est pas en cause. Veuillez réessayer dans quelques minutes.}}',
  provider_no_answer:
    '{what, select, key {Le fournisseur n’a pas répondu à votre machine. Votre clé peut être tout à fait bonne. Veuillez réessayer ; si le problème persiste, contactez l’assistance.} signIn {Le fournisseur n’a pas répondu à votre machine. Votre autorisation peut être tout à fait bonne. Veuillez réessayer ; si le problème persiste, contactez l’assistance.} other {Le fournisseur n’a pas répondu à votre machine. Votre clé ou votre autorisation peut être tout à fait bonne. Veuillez réessayer ; si le problème persiste, contactez l’assistance.}}',
  endpoint_no_answer:
    'Rien n’a répondu à votre machine à cette adresse. Veuillez vérifier l’adresse, et que votre machine peut l’atteindre.',
  endpoint_not_api:
    'Autre chose répond à cette adresse. Veuillez vérifier sa fin, par exemple /v1, et le protocole.',
  endpoint_no_model: 'Cette adresse n’a pas de modèle de ce nom. Veuillez vérifier le nom du premier modèle.',
  profiles_used_up:
    'Votre machine contient trop d’anciennes clés ou autorisations. Veuillez contacter l’assistance.',
  deadline_exceeded: 'Votre machine a mis trop de temps. Veuillez réessayer.',
  cancelled: 'Annulé.',
  internal_error: 'Un problème s’est produit de notre côté. Veuillez contacter l’assistance.',
  vault_unavailable:
    'Nous n’avons pas pu récupérer ce qu’il nous faut à l’instant. Veuillez réessayer dans quelques minutes.',
  vault_denied:
    'Cela ne fonctionne pas en ce moment. Veuillez contacter l’assistance : le problème vient de chez nous.',
  vault_unreadable: 'Cela ne peut pas être restauré. Veuillez rétablir la connexion.',
  vault_no_copy: 'Cela ne peut pas être restauré. Veuillez rétablir la connexion.',
  input_invalid: 'Nous n’avons pas compris. Veuillez recharger la page.',
  not_signed_in:
    'Vous n’êtes pas connecté ici, ou votre session est terminée. Veuillez rouvrir « Connecter Claude » depuis votre tableau de bord.',
  cookies_blocked:
    'Cette page a besoin de cookies, et votre navigateur n’a pas gardé les nôtres. Veuillez autoriser les cookies pour ce site, puis rouvrir « Connecter Claude » depuis votre tableau de bord.',
  view_only: 'Vous consultez cette page pour l’assistance. Seul le client peut faire cela.',
  origin_refused:
    'Cette page n’a pas le droit de faire cela. Veuillez rouvrir « Connecter Claude » depuis votre tableau de bord.',
  not_here: 'Il n’y a rien ici.',
  link_used:
    'Ce lien a déjà servi ou est trop ancien. Veuillez rouvrir « Connecter Claude » depuis votre tableau de bord.',
  hand_over_used:
    'Ce code a déjà servi, a pris fin ou est trop ancien. Sur l’appareil où vous avez commencé, choisissez de nouveau « Continuer sur un autre appareil ».',
  hand_over_handed:
    'Cet appareil continue ce que vous avez commencé sur un autre. Pour en utiliser un troisième, revenez au premier.',
  not_waiting: 'Aucun code n’est nécessaire en ce moment.',
  handshake_under_way: 'Une connexion est déjà en cours. Veuillez d’abord la terminer ou l’annuler.',
  disconnect_under_way:
    'Votre autorisation précédente est en train d’être retirée de votre machine. Veuillez réessayer dans une minute.',
  body_too_large: 'C’est trop long pour être un code.',
  too_many_requests:
    'Il y a eu trop de requêtes en peu de temps. Veuillez attendre une minute, puis réessayer.',
  method_not_offered: 'Ce mode de connexion n’est pas proposé ici. Veuillez en choisir un autre.',
  not_in_plan:
    'Votre forfait ne comprend pas cela. Votre hébergeur peut vous dire quels forfaits le comprennent.',
  endpoint_unfit:
    'Il manque quelque chose. Veuillez vérifier l’adresse, le protocole, les modèles et la clé.',
  key_needed_again: 'Veuillez saisir de nouveau la clé : nous ne l’avons pas gardée.',
  order_incomplete:
    'Vos clés ont changé entre-temps. Veuillez regarder de nouveau, puis les mettre dans l’ordre.',
  change_under_way:
    'Une autre modification est en cours sur votre machine. Veuillez réessayer dans une minute.',
  queue_full:
    'Beaucoup de personnes attendent de se connecter en ce moment. Veuillez réessayer dans une minute.',
  box_paused:
    'Votre machine n’a pas répondu comme prévu il y a quelques minutes. Veuillez attendre dix minutes et réessayer, ou contacter l’assistance.',
  look_late: 'Nous n’avons pas pu vérifier votre machine à l’instant. Veuillez réessayer dans une minute.',
  platform_key_missing:
    'Nous n’avons pas pu retrouver une de nos clés à l’instant. Veuillez contacter l’assistance.',
  service_unavailable: 'Notre service est inaccessible en ce moment. Veuillez réessayer dans une minute.',
  history_unavailable: 'Nos registres sont inaccessibles en ce moment. Veuillez réessayer dans une minute.',
  usage_capped:
    'Cette connexion a atteint sa limite d’utilisation et est suspendue. Elle est conservée et sera de nouveau utilisée à la fin de la période.',
  usage_unusual:
    'L’utilisation a été bien plus élevée que d’habitude. Si ce n’était pas vous, veuillez contacter l’assistance.',
  fallback_in_use: 'Nos modèles répondent à la place des vôtres. Veuillez vérifier votre connexion.',
};
