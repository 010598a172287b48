import type { Words } from './en.ts';

export const ptBR: Words = {
  greeting: 'Olá, {name}!',
  'greeting.nobody': 'Olá!',

  'expiring.subject': 'Sua conexão com {provider} termina em {days, plural, one {# dia} other {# dias}}',
  'expiring.lead':
    'Sua conexão com {provider} termina em {date}. Depois disso, o OpenClaw na sua máquina não poderá mais usá-la.',
  'expiring.todo':
    'Renove-a antes disso: leva poucos minutos, e a atual funciona até que a nova esteja em uso.',
  'expiring.broken': 'Renove-a antes disso: leva poucos minutos.',

  'expired.subject': 'Sua conexão com {provider} expirou',
  'expired.lead':
    'Sua conexão com {provider} expirou em {date}. O OpenClaw na sua máquina não pode mais usá-la.',
  'expired.seen':
    'Em {date}, vimos que sua conexão com {provider} tinha expirado. O OpenClaw na sua máquina não pode mais usá-la.',

  'attention.subject': 'Sua conexão com {provider} precisa da sua atenção',
  'attention.lead': 'Em {date}, vimos que há algo errado com sua conexão com {provider}.',

  'paused.subject': 'Sua conexão com {provider} está em pausa',
  'paused.lead':
    'Sua conexão com {provider} atingiu o limite de uso. Ela é mantida na sua máquina, e o OpenClaw voltará a usá-la a partir de {date}.',

  'recovered.subject': 'Sua conexão com {provider} voltou a funcionar',
  'recovered.lead':
    'Sua conexão com {provider} voltou a funcionar, como vimos em {date}. Você não precisa fazer nada.',

  'disconnected.subject': 'Sua conexão com {provider} foi removida',
  'disconnected.lead': 'Sua conexão com {provider} foi removida da sua máquina em {date}.',
  'disconnected.forgotten':
    'Sua conexão com {provider} foi encerrada em {date}, porque foi informado que sua máquina não existe mais. Não conseguimos verificá-la, então a chave ou a autorização ainda pode estar lá.',
  'disconnected.revoke':
    'A chave ou a autorização em si continua válida em {provider} até que você a revogue lá.',
  'disconnected.doubt': 'Se você não esperava por isso, entre em contato com o suporte.',

  'reason.credential_missing': 'A chave ou a autorização não está mais na sua máquina.',
  'reason.credential_replaced': 'Na sua máquina, outra chave ou autorização está no lugar dela.',
  'reason.other_credential_first':
    'O OpenClaw na sua máquina tem outra chave ou autorização, que usa no lugar desta.',
  'reason.credential_overridden': 'Uma configuração da sua máquina toma o lugar da sua chave ou autorização.',
  'reason.credential_in_cooldown': 'O OpenClaw pausou a chave ou a autorização depois de falhas anteriores.',
  'reason.key_no_credit': 'Sua conta em {provider} está sem créditos ou atingiu o limite.',
  'reason.key_rejected': '{provider} não aceita mais a chave ou a autorização.',
  'reason.key_revoked': 'A chave ou a autorização foi revogada em {provider} ou expirou.',
  'reason.key_no_access': 'Sua conta em {provider} não tem acesso ao modelo que o OpenClaw solicita.',
  'reason.model_moved': 'O OpenClaw na sua máquina agora usa um modelo de outro provedor.',
  'reason.gateway_down': 'O OpenClaw não está em execução na sua máquina.',
  'reason.gateway_refuses': 'O OpenClaw está em execução na sua máquina, mas não responde a nenhum chat.',
  'reason.gateway_other_store':
    'O OpenClaw está em execução na sua máquina com configurações diferentes das anteriores.',
  'reason.gateway_elsewhere': 'O OpenClaw está em execução com outra conta de usuário na sua máquina.',
  'reason.store_unreadable': 'Os dados do OpenClaw na sua máquina estão danificados.',
  'reason.openclaw_config_invalid': 'As configurações do OpenClaw na sua máquina contêm um erro.',
  'reason.openclaw_update_unfinished':
    'O OpenClaw foi atualizado na sua máquina e ainda não consegue ler os próprios dados.',
  'reason.openclaw_missing': 'O OpenClaw não está mais na sua máquina.',
  'reason.clock_wrong': 'O relógio da sua máquina está errado.',
  'reason.claude_logged_out': 'O Claude Code na sua máquina está desconectado da conta.',
  'reason.endpoint_not_api': 'Outra coisa responde no endereço que você informou.',
  'reason.endpoint_no_model': 'O endereço que você informou não tem mais o modelo que o OpenClaw solicita.',
  'reason.other': 'O OpenClaw na sua máquina não consegue usá-la como deveria.',

  'todo.connect': 'Conecte-se novamente: leva poucos minutos.',
  'todo.key':
    'Crie uma nova chave ou entre novamente na sua conta em {provider} e depois conecte-se novamente.',
  'todo.provider': 'Resolva isso em {provider}. Você não precisa se conectar novamente.',
  'todo.support': 'Entre em contato com o suporte.',
  'todo.wait': 'Isso costuma passar sozinho. Se não passar até amanhã, entre em contato com o suporte.',
  'todo.model': 'Se não foi você que escolheu isso, abra sua página e escolha o modelo novamente.',
  'todo.endpoint': 'Verifique o endereço e os modelos dele, e conecte-se novamente se tiverem mudado.',
  'todo.page': 'Abra sua página para saber mais e entre em contato com o suporte se precisar de ajuda.',

  'fact.provider': 'Provedor',
  'fact.label': 'Nome que você deu',
  'fact.box': 'Máquina',
  'fact.ends': 'Termina em',
  'fact.revoke': 'Revogue em',

  'button.renew': 'Renovar a conexão',
  'button.connect': 'Conectar novamente',
  'button.open': 'Abrir sua página',

  'footer.about': 'Esta é uma mensagem automática sobre sua máquina OpenClaw ({customer}).',
  'footer.safety': 'Nunca pedimos chaves, códigos ou senhas por e-mail.',
  'footer.reminders': 'Não receber mais e-mails antes do fim de uma conexão',
  'footer.problems': 'Não receber mais e-mails sobre problemas',
  'footer.disconnected': 'Não receber mais e-mails sobre conexões removidas',

  'page.title': 'E-mails sobre suas conexões',
  'page.reminders.on': 'Você recebe um e-mail antes do fim de uma conexão.',
  'page.reminders.off': 'Você não recebe e-mails antes do fim de uma conexão.',
  'page.problems.on':
    'Você recebe um e-mail quando uma conexão tem um problema, expira ou volta a funcionar.',
  'page.problems.off':
    'Você não recebe e-mails quando uma conexão tem um problema, expira ou volta a funcionar.',
  'page.disconnected.on': 'Você recebe um e-mail quando uma conexão é removida.',
  'page.disconnected.off': 'Você não recebe e-mails quando uma conexão é removida.',
  'page.stop': 'Parar de receber estes e-mails',
  'page.start': 'Voltar a receber',
  'page.done': 'Salvo.',
  'page.gone': 'Este link não funciona mais.',
  'page.gone.todo': 'Use o link de um e-mail mais recente ou entre em contato com o suporte.',
  'page.failed': 'Não funcionou desta vez. Tente novamente em alguns minutos.',
};
