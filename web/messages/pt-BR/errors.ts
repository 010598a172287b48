import type { Translated } from '../say.ts';

export const messages: Translated<'errors'> = {
  worker_stopped: 'Tivemos que interromper isto. Comece novamente.',
  worker_lost: 'Algo interrompeu isto do nosso lado. Comece novamente.',
  worker_short: 'Estamos sem recursos suficientes agora. Tente novamente em alguns minutos.',
  box_not_listed: 'Não encontramos sua máquina. Peça ao suporte para adicioná-la.',
  box_ambiguous:
    'Há mais de uma máquina registrada em seu nome, então paramos. Entre em contato com o suporte.',
  box_stopped: 'Sua máquina está desligada. Ligue-a e tente novamente.',
  inventory_unavailable: 'Não conseguimos localizar sua máquina agora. Tente novamente em alguns minutos.',
  inventory_denied:
    'Não conseguimos localizar sua máquina. Entre em contato com o suporte: o problema é nosso.',
  box_kind_off: 'Não conseguimos acessar sua máquina. Entre em contato com o suporte: o problema é nosso.',
  box_address_refused:
    'Não conseguimos acessar sua máquina. Entre em contato com o suporte: o problema é nosso.',
  box_unreachable: 'Não conseguimos acessar sua máquina. Tente novamente em alguns minutos.',
  host_key_unknown:
    'Não conseguimos ter certeza de que esta é a sua máquina, então paramos. Entre em contato com o suporte.',
  host_key_mismatch:
    'Não conseguimos ter certeza de que esta é a sua máquina, então paramos. Entre em contato com o suporte e diga se ela foi reinstalada.',
  ssh_auth_failed:
    'Sua máquina não nos deixou entrar. Entre em contato com o suporte e diga se você mudou quem pode entrar nela.',
  identity_unusable:
    'Não conseguimos usar nossa chave para a sua máquina. Entre em contato com o suporte: o problema é nosso.',
  second_factor_wanted:
    'Sua máquina pede um segundo fator, que não podemos fornecer. Entre em contato com o suporte.',
  certificate_refused:
    'Sua máquina não nos deixou entrar. Entre em contato com o suporte e diga se você mudou quem pode entrar nela.',
  connection_lost: 'A conexão com a sua máquina foi cortada. Comece novamente.',
  channel_refused: 'Sua máquina não nos deixou abrir outra sessão. Tente novamente em alguns minutos.',
  box_call_timeout: 'Sua máquina não respondeu a tempo. Tente novamente em alguns minutos.',
  claude_missing: 'Não encontramos o Claude Code na sua máquina. Peça ao suporte para instalá-lo.',
  openclaw_missing: 'Não encontramos o OpenClaw na sua máquina. Peça ao suporte para instalá-lo.',
  gateway_elsewhere: 'O OpenClaw roda com outra conta na sua máquina. Entre em contato com o suporte.',
  openclaw_config_invalid:
    'As configurações do OpenClaw na sua máquina contêm um erro. Entre em contato com o suporte.',
  openclaw_update_unfinished:
    'O OpenClaw foi atualizado na sua máquina e ainda não consegue ler os próprios dados. Entre em contato com o suporte.',
  openclaw_read_only:
    'O OpenClaw na sua máquina não nos deixa salvar a autorização. Entre em contato com o suporte.',
  agent_unclear: 'O OpenClaw na sua máquina tem vários agentes. Pergunte ao suporte qual deles usar.',
  box_unusable:
    'Sua máquina não respondeu como esperado. Entre em contato com o suporte e diga se você mudou o shell ou os arquivos de inicialização.',
  account_expired: 'A conta que usamos na sua máquina expirou. Entre em contato com o suporte.',
  login_shell_closed: 'Sua máquina não respondeu como esperado. Entre em contato com o suporte.',
  memory_short: 'Sua máquina está com pouca memória. Tente novamente em alguns minutos.',
  disk_full: 'O disco da sua máquina está cheio. Libere espaço ou peça isso ao suporte e comece novamente.',
  home_unwritable: 'Sua máquina não nos deixa salvar a autorização. Entre em contato com o suporte.',
  clock_wrong: 'O relógio da sua máquina está errado. Peça ao suporte para corrigi-lo.',
  node_unfit:
    'Um programa de que sua máquina precisa está faltando ou é antigo demais. Peça ao suporte para atualizá-lo.',
  claude_unfit: 'O Claude Code não consegue rodar na sua máquina. Entre em contato com o suporte.',
  claude_incomplete:
    'O Claude Code não está totalmente instalado na sua máquina. Peça ao suporte para instalá-lo novamente.',
  openclaw_unfit: 'O OpenClaw não consegue rodar na sua máquina. Entre em contato com o suporte.',
  openclaw_incomplete:
    'O OpenClaw não está totalmente instalado na sua máquina. Peça ao suporte para instalá-lo novamente.',
  method_not_available:
    'Esta forma de conexão não funciona com os programas da sua máquina. Escolha outra ou peça ao suporte para atualizá-los.',
  other_credential_first:
    'O OpenClaw na sua máquina tem outra autorização ou chave, que usaria no lugar desta. Entre em contato com o suporte.',
  prepare_failed:
    'Não conseguimos preparar sua máquina. Tente novamente e, se não resolver, entre em contato com o suporte.',
  claude_crashed: 'O Claude Code não conseguiu iniciar na sua máquina. Entre em contato com o suporte.',
  link_not_shown: 'Sua máquina demorou demais para preparar o login. Tente novamente.',
  link_not_trusted:
    'Sua máquina deu um link de login em que não confiamos, então paramos. Entre em contato com o suporte.',
  claude_settings_broken:
    'Um arquivo de configurações do Claude Code na sua máquina está danificado. Entre em contato com o suporte.',
  login_method_forced:
    'O Claude Code na sua máquina está configurado para outra forma de login. Entre em contato com o suporte ou com quem o configurou.',
  provider_not_allowed:
    'As configurações do Claude Code na sua máquina não permitem o serviço da própria Anthropic. Entre em contato com o suporte ou com quem o configurou.',
  claude_failed: 'O Claude Code na sua máquina não respondeu como deveria. Tente novamente.',
  claude_not_signed_in: 'Você entrou, mas o Claude Code na sua máquina não guardou isso. Tente novamente.',
  screen_unknown:
    'Um programa na sua máquina fez algo inesperado, então paramos por segurança. Entre em contato com o suporte.',
  box_flooded: 'Sua máquina não respondeu como esperado. Entre em contato com o suporte.',
  worker_blocked: 'Sua máquina não respondeu como esperado. Entre em contato com o suporte.',
  program_ended: 'O Claude Code parou na sua máquina antes de o login terminar. Comece novamente.',
  sign_in_expired: 'O link de login expirou. Comece novamente para obter um novo.',
  code_incomplete: 'Isso é apenas parte do código. Copie-o por inteiro, incluindo o # no meio.',
  code_malformed: 'Isso não parece um código de login. Copie-o novamente da página de login.',
  sealed_unreadable: 'O que você enviou não pôde ser aberto aqui. Recarregue esta página e digite novamente.',
  code_is_mailed:
    'Esse é o código do e-mail da Anthropic. Digite-o na página da própria Anthropic; o código de que precisamos é mais longo, com um # no meio.',
  code_is_key:
    'Isso é uma chave, não o código. Não a compartilhe com ninguém e copie o código da página de login.',
  code_is_token:
    'Isso é o resultado de um login, não o código. Não é necessário aqui: não o compartilhe com ninguém e copie o código da página de login.',
  code_is_link: 'Esse é o link para o login. Abra-o, entre e copie o código que aparece no final.',
  code_from_other_link:
    'Esse código é de um link de login anterior. Abra o link mostrado aqui e copie o código dele.',
  key_incomplete: 'Isso é apenas parte da chave. Copie-a por inteiro.',
  key_malformed: 'Isso não parece uma chave deste provedor. Copie-a novamente.',
  key_in_pieces: 'Há um espaço ou uma quebra de linha na chave. Copie-a de uma vez só.',
  key_several: 'Há mais de uma chave aí. Cole uma delas; você pode adicionar as outras depois.',
  key_of_other_provider: 'Essa é uma chave de outro provedor.',
  key_is_token:
    'Isso é o resultado de um login, não uma chave de API. Não o compartilhe com ninguém e crie uma chave de API.',
  key_is_admin:
    'Essa é uma chave de administrador, com a qual não se pode perguntar nada a um modelo. Crie uma chave de API comum.',
  key_is_code: 'Isso é um código de um login, não uma chave de API.',
  key_is_link: 'Isso é um link, não uma chave. Abra-o e copie a chave de lá.',
  key_is_masked:
    'Essa é a forma abreviada de uma chave. Os provedores mostram a chave inteira só uma vez; se você não a tem, crie uma nova.',
  code_rejected: 'O Claude não aceitou esse código. Entre novamente com o novo link.',
  too_many_rejected_codes: 'Vários códigos não foram aceitos. Aguarde alguns minutos e comece novamente.',
  anthropic_unreachable: 'Sua máquina não recebeu resposta da Anthropic. Tente novamente em alguns minutos.',
  anthropic_error:
    'A Anthropic teve um problema agora, e o código talvez não sirva mais. Entre com o novo link.',
  anthropic_forbidden:
    'A Anthropic não deixou sua máquina entrar. Entre em contato com o suporte: talvez ela precise de outro endereço de rede.',
  account_on_hold: 'A Anthropic suspendeu esta conta Claude. Consulte https://claude.ai/restricted.',
  organization_refused:
    'A organização a que esta conta Claude pertence não permite isso. Entre com outra conta ou fale com seu administrador.',
  token_incomplete: 'Não conseguimos ler a autorização inteira da sua máquina. Comece novamente.',
  openclaw_refused_token:
    'O OpenClaw não confirmou que salvou a autorização. Tente novamente e, se não resolver, entre em contato com o suporte.',
  openclaw_failed:
    'O OpenClaw não respondeu como esperado na sua máquina. Tente novamente e, se não resolver, entre em contato com o suporte.',
  model_not_offered:
    'O modelo escolhido não está disponível na sua máquina. Peça ao suporte para escolher outro.',
  credential_overridden:
    'Outra configuração na sua máquina atrapalha a nova autorização. Entre em contato com o suporte.',
  credential_not_effective: 'O OpenClaw tem a autorização, mas não a usa. Entre em contato com o suporte.',
  credential_in_cooldown:
    'O OpenClaw pausou a autorização após falhas anteriores. Tente novamente mais tarde.',
  credential_expired:
    '{what, select, key {Esta chave expirou. Conecte-se novamente.} signIn {Esta autorização expirou. Conecte-se novamente.} other {Esta chave ou autorização expirou. Conecte-se novamente.}}',
  credential_missing:
    '{what, select, key {Esta chave não está mais na sua máquina. Conecte-se novamente.} signIn {Esta autorização não está mais na sua máquina. Conecte-se novamente.} other {Esta chave ou autorização não está mais na sua máquina. Conecte-se novamente.}}',
  credential_replaced:
    'Na sua máquina, outra chave ou autorização está no lugar desta. Conecte-se novamente.',
  model_moved: 'O OpenClaw na sua máquina agora usa um modelo de outro provedor.',
  gateway_down: 'O OpenClaw na sua máquina não está em execução. Entre em contato com o suporte.',
  gateway_refuses:
    'O OpenClaw está em execução na sua máquina, mas não responde a nenhum chat. Entre em contato com o suporte.',
  gateway_other_store:
    'O OpenClaw na sua máquina roda com outras configurações. Entre em contato com o suporte.',
  store_unreadable: 'Os dados do OpenClaw na sua máquina estão danificados. Entre em contato com o suporte.',
  claude_logged_out: 'O Claude Code na sua máquina está desconectado. Conecte-se novamente.',
  profile_not_removed:
    'Sua máquina ainda tem a autorização. Tente novamente ou entre em contato com o suporte.',
  profile_not_separable:
    'A autorização na sua máquina não pode ser removida separadamente. Entre em contato com o suporte.',
  turn_failed:
    'O Claude não respondeu com a nova autorização. Tente novamente e, se não resolver, entre em contato com o suporte.',
  key_rejected:
    '{what, select, key {O provedor não conhece esta chave. Verifique se você a copiou por inteiro, ou crie outra lá.} signIn {O provedor não conhece esta autorização. Entre novamente.} other {O provedor não conhece esta chave ou autorização. Verifique se você copiou a chave por inteiro, crie outra lá ou entre novamente.}}',
  key_revoked:
    '{what, select, key {Esta chave foi revogada ou expirou. Crie outra no provedor.} signIn {Esta autorização foi revogada ou expirou. Entre novamente.} other {Esta chave ou autorização foi revogada ou expirou. Crie outra chave no provedor ou entre novamente.}}',
  key_no_credit:
    '{what, select, key {A chave está certa, mas a conta não tem mais crédito ou atingiu o limite. Resolva isso no provedor e tente novamente.} signIn {A autorização está certa, mas a conta não tem mais crédito ou atingiu o limite. Resolva isso no provedor e tente novamente.} other {A chave ou a autorização está certa, mas a conta não tem mais crédito ou atingiu o limite. Resolva isso no provedor e tente novamente.}}',
  key_no_access:
    '{what, select, key {A chave está certa, mas não permite usar este modelo. Obtenha acesso no provedor ou use outra chave.} signIn {A autorização está certa, mas não permite usar este modelo. Obtenha acesso no provedor ou entre com outra conta.} other {A chave ou a autorização está certa, mas não permite usar este modelo. Obtenha acesso no provedor ou use outra.}}',
  region_refused:
    '{what, select, key {O provedor não aceita solicitações do local onde está sua máquina. Sua chave não é a causa. Entre em contato com o suporte.} signIn {O provedor não aceita solicitações do local onde está sua máquina. Sua autorização não é a causa. Entre em contato com o suporte.} other {O provedor não aceita solicitações do local onde está sua máquina. Sua chave ou autorização não é a causa. Entre em contato com o suporte.}}',
  provider_rate_limited:
    '{what, select, key {O provedor está limitando as solicitações com esta chave, que pode muito bem estar certa. Tente novamente em alguns minutos.} signIn {O provedor está limitando as solicitações com esta autorização, que pode muito bem estar certa. Tente novamente em alguns minutos.} other {O provedor está limitando as solicitações com esta chave ou autorização, que pode muito bem estar certa. Tente novamente em alguns minutos.}}',
  provider_down:
    '{what, select, key {O provedor está com problemas agora. Sua chave não é a causa. Tente novamente em alguns minutos.} signIn {O provedor está com problemas agora. Sua autorização não é a causa. Tente novamente em alguns minutos.} other {O provedor está com problemas agora. Sua chave ou autorização não é a causa. Tente novamente em alguns minutos.}}',
  provider_no_answer:
    '{what, select, key {O provedor não respondeu à sua máquina. Sua chave pode muito bem estar certa. Tente novamente e, se não resolver, entre em contato com o suporte.} signIn {O provedor não respondeu à sua máquina. Sua autorização pode muito bem estar certa. Tente novamente e, se não resolver, entre em contato com o suporte.} other {O provedor não respondeu à sua máquina. Sua chave ou autorização pode muito bem estar certa. Tente novamente e, se não resolver, entre em contato com o suporte.}}',
  endpoint_no_answer:
    'Nada respondeu à sua máquina neste endereço. Verifique o endereço e se sua máquina consegue acessá-lo.',
  endpoint_not_api: 'Outra coisa responde neste endereço. Verifique o final, como /v1, e o protocolo.',
  endpoint_no_model:
    'Este endereço não tem nenhum modelo com esse nome. Verifique o nome do primeiro modelo.',
  profiles_used_up:
    'Sua máquina tem um número excessivo de chaves ou autorizações antigas. Entre em contato com o suporte.',
  deadline_exceeded: 'Sua máquina demorou demais. Tente novamente.',
  cancelled: 'Cancelado.',
  internal_error: 'Algo deu errado do nosso lado. Entre em contato com o suporte.',
  vault_unavailable: 'Não conseguimos obter o que precisamos agora. Tente novamente em alguns minutos.',
  vault_denied: 'Isto não funciona no momento. Entre em contato com o suporte: o problema é nosso.',
  vault_unreadable: 'Isto não pode ser restaurado para você. Conecte-se novamente.',
  vault_no_copy: 'Isto não pode ser restaurado para você. Conecte-se novamente.',
  input_invalid: 'Não entendemos isso. Recarregue a página.',
  not_signed_in:
    'Você não está conectado aqui, ou sua sessão terminou. Abra “Conectar Claude” novamente a partir do seu painel.',
  cookies_blocked:
    'Esta página precisa de cookies, e seu navegador não guardou os nossos. Permita cookies para este site e abra “Conectar Claude” novamente a partir do seu painel.',
  view_only: 'Você está vendo esta página como suporte. Só o cliente pode fazer isso.',
  origin_refused: 'Esta página não pode fazer isso. Abra “Conectar Claude” novamente a partir do seu painel.',
  not_here: 'Não há nada aqui.',
  link_used:
    'Este link já foi usado ou é antigo demais. Abra “Conectar Claude” novamente a partir do seu painel.',
  hand_over_used:
    'Este código já foi usado, terminou ou é antigo demais. No dispositivo em que você começou, escolha novamente “Continuar em outro dispositivo”.',
  hand_over_handed:
    'Este dispositivo continua o que você começou em outro. Para usar um terceiro, volte ao primeiro.',
  not_waiting: 'Nenhum código é necessário agora.',
  handshake_under_way: 'Já há uma conexão em andamento. Conclua-a ou cancele-a primeiro.',
  disconnect_under_way:
    'Sua autorização anterior está sendo removida da sua máquina. Tente novamente em um minuto.',
  body_too_large: 'Isso é longo demais para ser um código.',
  too_many_requests: 'Foram solicitações demais em pouco tempo. Aguarde um minuto e tente novamente.',
  method_not_offered: 'Esta forma de conexão não é oferecida aqui. Escolha outra.',
  not_in_plan: 'Seu plano não inclui isto. Seu provedor de hospedagem pode dizer quais planos incluem.',
  endpoint_unfit: 'Falta algo. Verifique o endereço, o protocolo, os modelos e a chave.',
  key_needed_again: 'Digite a chave novamente: não a guardamos.',
  order_incomplete: 'Suas chaves mudaram nesse meio-tempo. Olhe novamente e depois coloque-as em ordem.',
  change_under_way: 'Outra alteração está sendo feita na sua máquina. Tente novamente em um minuto.',
  queue_full: 'Muitas pessoas estão esperando para se conectar agora. Tente novamente em um minuto.',
  box_paused:
    'Sua máquina não respondeu como esperado há alguns minutos. Aguarde dez minutos e tente novamente, ou entre em contato com o suporte.',
  look_late: 'Não conseguimos verificar sua máquina agora. Tente novamente em um minuto.',
  platform_key_missing: 'Não conseguimos localizar uma chave nossa agora. Entre em contato com o suporte.',
  service_unavailable: 'Nosso serviço não pode ser acessado agora. Tente novamente em um minuto.',
  history_unavailable: 'Nossos registros não podem ser acessados agora. Tente novamente em um minuto.',
  usage_capped:
    'Esta conexão atingiu o limite de uso e está em pausa. Ela é mantida e voltará a ser usada quando o período terminar.',
  usage_unusual: 'O uso foi muito maior do que o normal. Se não foi você, fale com o suporte.',
  fallback_in_use: 'Nossos modelos estão respondendo no lugar dos seus. Verifique sua conexão.',
};
