import type { Words } from './en.ts';

export const tr: Words = {
  greeting: 'Merhaba {name},',
  'greeting.nobody': 'Merhaba,',

  'expiring.subject': '{provider} bağlantınız {days, plural, one {# gün} other {# gün}} sonra sona eriyor',
  'expiring.lead':
    '{provider} bağlantınız şu tarihte sona eriyor: {date}. Ardından makinenizdeki OpenClaw bu bağlantıyı kullanamaz.',
  'expiring.todo':
    'Lütfen o tarihten önce yenileyin: birkaç dakika sürer ve yenisi çalışana kadar mevcut bağlantınız çalışmaya devam eder.',
  'expiring.broken': 'Lütfen o tarihten önce yenileyin: birkaç dakika sürer.',

  'expired.subject': '{provider} bağlantınızın süresi doldu',
  'expired.lead':
    '{provider} bağlantınızın süresi şu tarihte doldu: {date}. Makinenizdeki OpenClaw bu bağlantıyı artık kullanamıyor.',
  'expired.seen':
    '{provider} bağlantınızın süresinin dolduğunu gördük. Tarih: {date}. Makinenizdeki OpenClaw bu bağlantıyı artık kullanamıyor.',

  'attention.subject': '{provider} bağlantınızla ilgilenmeniz gerekiyor',
  'attention.lead': '{provider} bağlantınızda bir sorun olduğunu gördük. Tarih: {date}.',

  'paused.subject': '{provider} bağlantınız duraklatıldı',
  'paused.lead':
    '{provider} bağlantınız kullanım sınırına ulaştı. Bağlantı makinenizde korunuyor ve OpenClaw onu {date} tarihinden itibaren yeniden kullanacak.',

  'recovered.subject': '{provider} bağlantınız yeniden çalışıyor',
  'recovered.lead':
    '{provider} bağlantınız yeniden çalışıyor. Bunu gördüğümüz tarih: {date}. Yapmanız gereken bir şey yok.',

  'disconnected.subject': '{provider} bağlantınız kaldırıldı',
  'disconnected.lead': '{provider} bağlantınız makinenizden kaldırıldı. Tarih: {date}.',
  'disconnected.forgotten':
    '{provider} bağlantınız şu tarihte sonlandırıldı: {date}. Makinenizin artık olmadığı bildirildi. Onu denetleyemedik, bu yüzden anahtar veya oturum hâlâ orada olabilir.',
  'disconnected.revoke':
    'Anahtarın veya oturumun kendisi, siz {provider} tarafında iptal edene kadar orada geçerli kalır.',
  'disconnected.doubt': 'Bunu beklemiyorsanız lütfen destek ekibiyle iletişime geçin.',

  'reason.credential_missing': 'Anahtar veya oturum artık makinenizde değil.',
  'reason.credential_replaced': 'Makinenizde onun yerinde artık başka bir anahtar veya oturum var.',
  'reason.other_credential_first':
    'Makinenizdeki OpenClaw’da başka bir anahtar veya oturum var ve bunun yerine onu kullanıyor.',
  'reason.credential_overridden': 'Makinenizdeki bir ayar, anahtarınızın veya oturumunuzun yerini alıyor.',
  'reason.credential_in_cooldown':
    'OpenClaw, önceki hatalardan sonra anahtarı veya oturumu geçici olarak durdurdu.',
  'reason.key_no_credit': '{provider} hesabınızda kredi kalmadı veya hesabınız sınırına ulaştı.',
  'reason.key_rejected': '{provider}, anahtarı veya oturumu artık kabul etmiyor.',
  'reason.key_revoked': 'Anahtar veya oturum {provider} tarafında iptal edildi ya da süresi doldu.',
  'reason.key_no_access': '{provider} hesabınızın, OpenClaw’ın istediği modeli kullanma izni yok.',
  'reason.model_moved': 'Makinenizdeki OpenClaw artık başka bir sağlayıcının modelini kullanıyor.',
  'reason.gateway_down': 'Makinenizde OpenClaw çalışmıyor.',
  'reason.gateway_refuses': 'Makinenizdeki OpenClaw çalışıyor, ancak hiçbir sohbete yanıt vermiyor.',
  'reason.gateway_other_store': 'Makinenizdeki OpenClaw öncekinden farklı ayarlarla çalışıyor.',
  'reason.gateway_elsewhere': 'OpenClaw makinenizde başka bir kullanıcı hesabıyla çalışıyor.',
  'reason.store_unreadable': 'Makinenizdeki OpenClaw verileri hasarlı.',
  'reason.openclaw_config_invalid': 'Makinenizdeki OpenClaw ayarlarında bir hata var.',
  'reason.openclaw_update_unfinished': 'Makinenizdeki OpenClaw güncellendi ve verilerini henüz okuyamıyor.',
  'reason.openclaw_missing': 'OpenClaw artık makinenizde değil.',
  'reason.clock_wrong': 'Makinenizin saati yanlış.',
  'reason.claude_logged_out': 'Makinenizdeki Claude Code oturumu kapatılmış.',
  'reason.endpoint_not_api': 'Verdiğiniz adreste başka bir şey yanıt veriyor.',
  'reason.endpoint_no_model': 'Verdiğiniz adreste OpenClaw’ın istediği model artık yok.',
  'reason.other': 'Makinenizdeki OpenClaw bu bağlantıyı gerektiği gibi kullanamıyor.',

  'todo.connect': 'Lütfen yeniden bağlanın: birkaç dakika sürer.',
  'todo.key':
    'Lütfen {provider} tarafında yeni bir anahtar oluşturun veya yeniden oturum açın, ardından yeniden bağlanın.',
  'todo.provider': 'Lütfen bunu {provider} tarafında çözün. Yeniden bağlanmanız gerekmez.',
  'todo.support': 'Lütfen destek ekibiyle iletişime geçin.',
  'todo.wait':
    'Bu çoğu zaman kendiliğinden geçer. Yarına kadar geçmezse lütfen destek ekibiyle iletişime geçin.',
  'todo.model': 'Bunu siz seçmediyseniz sayfanızı açıp modeli yeniden seçin.',
  'todo.endpoint': 'Lütfen adresi ve oradaki modelleri denetleyin; değiştilerse yeniden bağlanın.',
  'todo.page': 'Ayrıntılar için sayfanızı açın; yardıma ihtiyacınız olursa destek ekibiyle iletişime geçin.',

  'fact.provider': 'Sağlayıcı',
  'fact.label': 'Verdiğiniz ad',
  'fact.box': 'Makine',
  'fact.ends': 'Bitiş',
  'fact.revoke': 'İptal adresi',

  'button.renew': 'Bağlantıyı yenile',
  'button.connect': 'Yeniden bağlan',
  'button.open': 'Sayfanıza git',

  'footer.about': 'Bu, OpenClaw makinenizle ({customer}) ilgili otomatik bir iletidir.',
  'footer.safety': 'E-postayla asla anahtar, kod veya parola istemeyiz.',
  'footer.reminders': 'Bağlantı sona ermeden önce gönderilen e-postaları durdur',
  'footer.problems': 'Sorunlarla ilgili e-postaları durdur',
  'footer.disconnected': 'Kaldırılan bağlantılarla ilgili e-postaları durdur',

  'page.title': 'Bağlantılarınızla ilgili e-postalar',
  'page.reminders.on': 'Bir bağlantı sona ermeden önce e-posta alıyorsunuz.',
  'page.reminders.off': 'Bir bağlantı sona ermeden önce e-posta almıyorsunuz.',
  'page.problems.on':
    'Bir bağlantıda sorun olduğunda, süresi dolduğunda veya yeniden çalıştığında e-posta alıyorsunuz.',
  'page.problems.off':
    'Bir bağlantıda sorun olduğunda, süresi dolduğunda veya yeniden çalıştığında e-posta almıyorsunuz.',
  'page.disconnected.on': 'Bir bağlantı kaldırıldığında e-posta alıyorsunuz.',
  'page.disconnected.off': 'Bir bağlantı kaldırıldığında e-posta almıyorsunuz.',
  'page.stop': 'Bu e-postaları durdur',
  'page.start': 'Yeniden almaya başla',
  'page.done': 'Kaydedildi.',
  'page.gone': 'Bu link artık çalışmıyor.',
  'page.gone.todo': 'Lütfen daha yeni bir e-postadaki linki kullanın veya destek ekibiyle iletişime geçin.',
  'page.failed': 'Bu kez olmadı. Lütfen birkaç dakika sonra yeniden deneyin.',
};
