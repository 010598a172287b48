import type { Words } from './en.ts';

export const ja: Words = {
  greeting: '{name} 様',
  'greeting.nobody': 'お客様',

  'expiring.subject': '{provider} との接続は、あと {days, plural, other {# 日}}で終了します',
  'expiring.lead':
    '{provider} との接続は {date} に終了します。それ以降、お客様のマシンの OpenClaw はこの接続を使用できません。',
  'expiring.todo':
    '終了する前に更新してください。数分で完了し、新しい接続が使えるようになるまで現在の接続はそのまま動作します。',
  'expiring.broken': '終了する前に更新してください。数分で完了します。',

  'expired.subject': '{provider} との接続の有効期限が切れました',
  'expired.lead':
    '{provider} との接続の有効期限が {date} に切れました。お客様のマシンの OpenClaw はこの接続を使用できなくなっています。',
  'expired.seen':
    '{date} に、{provider} との接続の有効期限が切れていることを確認しました。お客様のマシンの OpenClaw はこの接続を使用できなくなっています。',

  'attention.subject': '{provider} との接続をご確認ください',
  'attention.lead': '{date} に、{provider} との接続に問題があることを確認しました。',

  'paused.subject': '{provider} との接続は一時停止中です',
  'paused.lead':
    '{provider} との接続は利用上限に達しました。接続はお客様のマシンに保持され、{date}から OpenClaw が再び使用します。',

  'recovered.subject': '{provider} との接続が復旧しました',
  'recovered.lead':
    '{provider} との接続が再び動作していることを {date} に確認しました。お客様の操作は必要ありません。',

  'disconnected.subject': '{provider} との接続が削除されました',
  'disconnected.lead': '{provider} との接続は {date} にお客様のマシンから削除されました。',
  'disconnected.forgotten':
    '{provider} との接続は {date} に終了しました。マシンがもうないとの連絡があったためです。マシンを確認できなかったため、キーまたは認証情報がまだ残っている可能性があります。',
  'disconnected.revoke': 'キーまたは認証情報自体は、{provider} で取り消されるまで有効です。',
  'disconnected.doubt': 'お心当たりがない場合は、サポートにお問い合わせください。',

  'reason.credential_missing': 'キーまたは認証情報がお客様のマシンから失われています。',
  'reason.credential_replaced': 'お客様のマシンでは、別のキーまたは認証情報に置き換えられています。',
  'reason.other_credential_first':
    'お客様のマシンの OpenClaw には別のキーまたは認証情報があり、そちらが使用されています。',
  'reason.credential_overridden': 'お客様のマシンの設定が、キーまたは認証情報の代わりに使用されています。',
  'reason.credential_in_cooldown':
    '以前の失敗により、OpenClaw がキーまたは認証情報の使用を一時停止しています。',
  'reason.key_no_credit': '{provider} のアカウントの残高がなくなったか、上限に達しています。',
  'reason.key_rejected': '{provider} がこのキーまたは認証情報を受け付けなくなりました。',
  'reason.key_revoked': 'キーまたは認証情報が {provider} で取り消されたか、有効期限が切れています。',
  'reason.key_no_access':
    '{provider} のアカウントには、OpenClaw が要求するモデルを使用する権限がありません。',
  'reason.model_moved': 'お客様のマシンの OpenClaw は、現在、別のプロバイダーのモデルを使用しています。',
  'reason.gateway_down': 'お客様のマシンで OpenClaw が動作していません。',
  'reason.gateway_refuses': 'お客様のマシンの OpenClaw は動作していますが、チャットに応答しません。',
  'reason.gateway_other_store': 'お客様のマシンの OpenClaw は、以前とは異なる設定で動作しています。',
  'reason.gateway_elsewhere': 'お客様のマシンの OpenClaw は、別のユーザーアカウントで動作しています。',
  'reason.store_unreadable': 'お客様のマシンの OpenClaw のデータが破損しています。',
  'reason.openclaw_config_invalid': 'お客様のマシンの OpenClaw の設定に誤りがあります。',
  'reason.openclaw_update_unfinished':
    'お客様のマシンの OpenClaw は更新されましたが、まだデータを読み取れません。',
  'reason.openclaw_missing': 'お客様のマシンに OpenClaw が見つかりません。',
  'reason.clock_wrong': 'お客様のマシンの時計が正しくありません。',
  'reason.claude_logged_out': 'お客様のマシンの Claude Code はサインアウトしています。',
  'reason.endpoint_not_api': 'ご指定のアドレスで、別のものが応答しています。',
  'reason.endpoint_no_model': 'ご指定のアドレスに、OpenClaw が要求するモデルがなくなっています。',
  'reason.other': 'お客様のマシンの OpenClaw がこの接続を正しく使用できません。',

  'todo.connect': 'もう一度接続してください。数分で完了します。',
  'todo.key': '{provider} で新しいキーを作成するか、もう一度サインインしてから、再度接続してください。',
  'todo.provider': '{provider} でご対応ください。再度接続する必要はありません。',
  'todo.support': 'サポートにお問い合わせください。',
  'todo.wait':
    '多くの場合は自然に解消します。明日になっても解消しない場合は、サポートにお問い合わせください。',
  'todo.model': 'ご自身で選択されたのでなければ、お客様のページを開いてモデルを選び直してください。',
  'todo.endpoint': 'アドレスとそのモデルをご確認のうえ、変わっている場合は再度接続してください。',
  'todo.page': '詳しくはお客様のページをご覧ください。お困りの場合はサポートにお問い合わせください。',

  'fact.provider': 'プロバイダー',
  'fact.label': 'お客様が付けた名前',
  'fact.box': 'マシン',
  'fact.ends': '終了日時',
  'fact.revoke': '取り消し先',

  'button.renew': '接続を更新する',
  'button.connect': 'もう一度接続する',
  'button.open': 'お客様のページを開く',

  'footer.about': 'これは、お客様の OpenClaw マシン（{customer}）に関する自動送信メールです。',
  'footer.safety': 'メールでキー、コード、パスワードをお尋ねすることはありません。',
  'footer.reminders': '接続の終了前のメールを停止する',
  'footer.problems': '問題に関するメールを停止する',
  'footer.disconnected': '接続の削除に関するメールを停止する',

  'page.title': '接続に関するメール',
  'page.reminders.on': '接続が終了する前にメールをお送りします。',
  'page.reminders.off': '接続が終了する前のメールはお送りしません。',
  'page.problems.on': '接続の問題、期限切れ、復旧の際にメールをお送りします。',
  'page.problems.off': '接続の問題、期限切れ、復旧の際のメールはお送りしません。',
  'page.disconnected.on': '接続が削除されたときにメールをお送りします。',
  'page.disconnected.off': '接続が削除されたときのメールはお送りしません。',
  'page.stop': 'これらのメールを停止する',
  'page.start': '受信を再開する',
  'page.done': '保存しました。',
  'page.gone': 'このリンクは無効になっています。',
  'page.gone.todo': '新しいメールのリンクをご利用いただくか、サポートにお問い合わせください。',
  'page.failed': '処理できませんでした。数分後にもう一度お試しください。',
};
