import type { Words } from './en.ts';

export const zhHans: Words = {
  greeting: '{name}，您好：',
  'greeting.nobody': '您好：',

  'expiring.subject': '您与 {provider} 的连接将在 {days, plural, other {# 天}}后到期',
  'expiring.lead': '您与 {provider} 的连接将于 {date} 到期。此后，您机器上的 OpenClaw 将无法再使用它。',
  'expiring.todo': '请在此之前续期：只需几分钟，在新连接可用之前，现有连接会继续工作。',
  'expiring.broken': '请在此之前续期：只需几分钟。',

  'expired.subject': '您与 {provider} 的连接已过期',
  'expired.lead': '您与 {provider} 的连接已于 {date} 过期。您机器上的 OpenClaw 无法再使用它。',
  'expired.seen': '我们于 {date} 发现您与 {provider} 的连接已过期。您机器上的 OpenClaw 无法再使用它。',

  'attention.subject': '您与 {provider} 的连接需要您处理',
  'attention.lead': '我们于 {date} 发现您与 {provider} 的连接出现了问题。',

  'paused.subject': '您与 {provider} 的连接已暂停',
  'paused.lead':
    '您与 {provider} 的连接已达到使用上限。连接会保留在您的机器上，OpenClaw 将从 {date} 起恢复使用。',

  'recovered.subject': '您与 {provider} 的连接已恢复',
  'recovered.lead': '我们于 {date} 确认您与 {provider} 的连接已恢复正常。您无需进行任何操作。',

  'disconnected.subject': '您与 {provider} 的连接已移除',
  'disconnected.lead': '您与 {provider} 的连接已于 {date} 从您的机器上移除。',
  'disconnected.forgotten':
    '您与 {provider} 的连接已于 {date} 结束，因为有人表示您的机器已不存在。我们无法检查它，因此密钥或登录授权可能仍在那里。',
  'disconnected.revoke': '密钥或登录授权本身在 {provider} 仍然有效，除非您在 {provider} 将其撤销。',
  'disconnected.doubt': '如果这不是您预期的操作，请联系支持团队。',

  'reason.credential_missing': '您的机器上已没有该密钥或登录授权。',
  'reason.credential_replaced': '您的机器上，它已被另一个密钥或登录授权取代。',
  'reason.other_credential_first': '您机器上的 OpenClaw 有另一个密钥或登录授权，并优先使用了它。',
  'reason.credential_overridden': '您机器上的一项设置取代了您的密钥或登录授权。',
  'reason.credential_in_cooldown': '由于之前的失败，OpenClaw 已暂停使用该密钥或登录授权。',
  'reason.key_no_credit': '您在 {provider} 的账户余额不足或已达到限额。',
  'reason.key_rejected': '{provider} 不再接受该密钥或登录授权。',
  'reason.key_revoked': '该密钥或登录授权已在 {provider} 被撤销或已过期。',
  'reason.key_no_access': '您在 {provider} 的账户无权使用 OpenClaw 所请求的模型。',
  'reason.model_moved': '您机器上的 OpenClaw 现在使用的是其他提供商的模型。',
  'reason.gateway_down': '您机器上的 OpenClaw 没有运行。',
  'reason.gateway_other_store': '您机器上的 OpenClaw 正在使用与之前不同的设置运行。',
  'reason.gateway_elsewhere': '您机器上的 OpenClaw 正在以另一个用户账户运行。',
  'reason.store_unreadable': '您机器上 OpenClaw 的数据已损坏。',
  'reason.openclaw_config_invalid': '您机器上 OpenClaw 的设置有误。',
  'reason.openclaw_update_unfinished': '您机器上的 OpenClaw 已更新，但尚无法读取其数据。',
  'reason.openclaw_missing': '您的机器上已没有 OpenClaw。',
  'reason.clock_wrong': '您机器上的时钟不正确。',
  'reason.claude_logged_out': '您机器上的 Claude Code 已退出登录。',
  'reason.endpoint_not_api': '您提供的地址上是其他服务在响应。',
  'reason.endpoint_no_model': '您提供的地址上已没有 OpenClaw 所请求的模型。',
  'reason.other': '您机器上的 OpenClaw 无法正常使用该连接。',

  'todo.connect': '请重新连接：只需几分钟。',
  'todo.key': '请在 {provider} 创建新的密钥或重新登录，然后重新连接。',
  'todo.provider': '请在 {provider} 处理此问题。您无需重新连接。',
  'todo.support': '请联系支持团队。',
  'todo.wait': '这种情况通常会自行恢复。如果到明天仍未恢复，请联系支持团队。',
  'todo.model': '如果这不是您自己的选择，请打开您的页面重新选择模型。',
  'todo.endpoint': '请检查该地址及其模型；如果有变化，请重新连接。',
  'todo.page': '请打开您的页面查看详情；如需帮助，请联系支持团队。',

  'fact.provider': '提供商',
  'fact.label': '您起的名称',
  'fact.box': '机器',
  'fact.ends': '到期时间',
  'fact.revoke': '撤销地址',

  'button.renew': '为连接续期',
  'button.connect': '重新连接',
  'button.open': '打开您的页面',

  'footer.about': '这是一封关于您的 OpenClaw 机器（{customer}）的自动邮件。',
  'footer.safety': '我们绝不会通过邮件索要密钥、登录代码或密码。',
  'footer.reminders': '不再接收连接到期前的邮件',
  'footer.problems': '不再接收有关问题的邮件',
  'footer.disconnected': '不再接收有关连接移除的邮件',

  'page.title': '有关您的连接的邮件',
  'page.reminders.on': '连接到期前，您会收到邮件。',
  'page.reminders.off': '连接到期前，您不会收到邮件。',
  'page.problems.on': '连接出现问题、过期或恢复时，您会收到邮件。',
  'page.problems.off': '连接出现问题、过期或恢复时，您不会收到邮件。',
  'page.disconnected.on': '连接被移除时，您会收到邮件。',
  'page.disconnected.off': '连接被移除时，您不会收到邮件。',
  'page.stop': '停止接收这些邮件',
  'page.start': '重新接收',
  'page.done': '已保存。',
  'page.gone': '此链接已失效。',
  'page.gone.todo': '请使用较新邮件中的链接，或联系支持团队。',
  'page.failed': '操作未成功。请过几分钟再试。',
};
