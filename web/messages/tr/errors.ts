import type { Translated } from '../say.ts';

export const messages: Translated<'errors'> = {
  worker_stopped: 'Bunu yarıda kesmek zorunda kaldık. Lütfen yeniden başlayın.',
  worker_lost: 'Bizim tarafımızda bir şey bunu kesintiye uğrattı. Lütfen yeniden başlayın.',
  worker_short: 'Şu anda kaynaklarımız yetersiz. Lütfen birkaç dakika sonra yeniden deneyin.',
  box_not_listed: 'Makinenizi bulamadık. Lütfen destek ekibinden eklemesini isteyin.',
  box_ambiguous:
    'Adınıza birden çok makine kayıtlı, bu yüzden işlemi durdurduk. Lütfen destek ekibiyle iletişime geçin.',
  box_stopped: 'Makineniz kapalı. Lütfen açıp yeniden deneyin.',
  inventory_unavailable:
    'Makinenizin kaydına şu anda ulaşamadık. Lütfen birkaç dakika sonra yeniden deneyin.',
  inventory_denied:
    'Makinenizin kaydına ulaşamadık. Lütfen destek ekibiyle iletişime geçin: sorun bizden kaynaklanıyor.',
  box_kind_off: 'Makinenize ulaşamadık. Lütfen destek ekibiyle iletişime geçin: sorun bizden kaynaklanıyor.',
  box_address_refused:
    'Makinenize ulaşamadık. Lütfen destek ekibiyle iletişime geçin: sorun bizden kaynaklanıyor.',
  box_unreachable: 'Makinenize ulaşamadık. Lütfen birkaç dakika sonra yeniden deneyin.',
  host_key_unknown:
    'Bunun sizin makineniz olduğundan emin olamadık, bu yüzden işlemi durdurduk. Lütfen destek ekibiyle iletişime geçin.',
  host_key_mismatch:
    'Bunun sizin makineniz olduğundan emin olamadık, bu yüzden işlemi durdurduk. Lütfen destek ekibiyle iletişime geçin ve yeniden kurulduysa bunu belirtin.',
  ssh_auth_failed:
    'Makineniz bizi içeri almadı. Lütfen destek ekibiyle iletişime geçin ve kimlerin oturum açabileceğini değiştirdiyseniz bunu belirtin.',
  identity_unusable:
    'Makineniz için anahtarımızı kullanamadık. Lütfen destek ekibiyle iletişime geçin: sorun bizden kaynaklanıyor.',
  second_factor_wanted:
    'Makineniz veremeyeceğimiz ikinci bir doğrulama istiyor. Lütfen destek ekibiyle iletişime geçin.',
  certificate_refused:
    'Makineniz bizi içeri almadı. Lütfen destek ekibiyle iletişime geçin ve kimlerin oturum açabileceğini değiştirdiyseniz bunu belirtin.',
  connection_lost: 'Makinenizle bağlantı kesildi. Lütfen yeniden başlayın.',
  channel_refused:
    'Makineniz başka bir oturum açmamıza izin vermedi. Lütfen birkaç dakika sonra yeniden deneyin.',
  box_call_timeout: 'Makineniz zamanında yanıt vermedi. Lütfen birkaç dakika sonra yeniden deneyin.',
  claude_missing: 'Makinenizde Claude Code’u bulamadık. Lütfen destek ekibinden kurmasını isteyin.',
  openclaw_missing: 'Makinenizde OpenClaw’ı bulamadık. Lütfen destek ekibinden kurmasını isteyin.',
  gateway_elsewhere:
    'OpenClaw makinenizde başka bir hesapla çalışıyor. Lütfen destek ekibiyle iletişime geçin.',
  openclaw_config_invalid:
    'Makinenizdeki OpenClaw ayarlarında bir hata var. Lütfen destek ekibiyle iletişime geçin.',
  openclaw_update_unfinished:
    'Makinenizdeki OpenClaw güncellendi ve verilerini henüz okuyamıyor. Lütfen destek ekibiyle iletişime geçin.',
  openclaw_read_only:
    'Makinenizdeki OpenClaw oturumu kaydetmemize izin vermiyor. Lütfen destek ekibiyle iletişime geçin.',
  agent_unclear:
    'Makinenizdeki OpenClaw’ın birden çok aracısı var. Hangisinin kullanılacağını lütfen destek ekibine sorun.',
  box_unusable:
    'Makineniz beklendiği gibi yanıt vermedi. Lütfen destek ekibiyle iletişime geçin ve kabuğunu ya da başlangıç dosyalarını değiştirdiyseniz bunu belirtin.',
  account_expired: 'Makinenizde kullandığımız hesabın süresi doldu. Lütfen destek ekibiyle iletişime geçin.',
  login_shell_closed: 'Makineniz beklendiği gibi yanıt vermedi. Lütfen destek ekibiyle iletişime geçin.',
  memory_short: 'Makinenizde boş bellek az. Lütfen birkaç dakika sonra yeniden deneyin.',
  disk_full:
    'Makinenizin diski dolu. Lütfen yer açın ya da destek ekibinden bunu isteyin, sonra yeniden başlayın.',
  home_unwritable: 'Makineniz oturumu kaydetmemize izin vermiyor. Lütfen destek ekibiyle iletişime geçin.',
  clock_wrong: 'Makinenizin saati yanlış. Lütfen destek ekibinden düzeltmesini isteyin.',
  node_unfit:
    'Makinenizin ihtiyaç duyduğu bir program eksik ya da çok eski. Lütfen destek ekibinden güncellemesini isteyin.',
  claude_unfit: 'Claude Code makinenizde çalışamıyor. Lütfen destek ekibiyle iletişime geçin.',
  claude_incomplete:
    'Claude Code makinenizde tam kurulu değil. Lütfen destek ekibinden yeniden kurmasını isteyin.',
  openclaw_unfit: 'OpenClaw makinenizde çalışamıyor. Lütfen destek ekibiyle iletişime geçin.',
  openclaw_incomplete:
    'OpenClaw makinenizde tam kurulu değil. Lütfen destek ekibinden yeniden kurmasını isteyin.',
  method_not_available:
    'Bu bağlanma yöntemi makinenizdeki programlarla çalışmıyor. Lütfen başka birini seçin ya da destek ekibinden programları güncellemesini isteyin.',
  other_credential_first:
    'Makinenizdeki OpenClaw’ın bunun yerine kullanacağı başka bir oturumu ya da anahtarı var. Lütfen destek ekibiyle iletişime geçin.',
  prepare_failed:
    'Makinenizi hazırlayamadık. Lütfen yeniden deneyin; işe yaramazsa destek ekibiyle iletişime geçin.',
  claude_crashed: 'Claude Code makinenizde başlatılamadı. Lütfen destek ekibiyle iletişime geçin.',
  link_not_shown: 'Makinenizin oturum açmayı hazırlaması çok uzun sürdü. Lütfen yeniden deneyin.',
  link_not_trusted:
    'Makineniz güvenmediğimiz bir oturum açma bağlantısı verdi, bu yüzden işlemi durdurduk. Lütfen destek ekibiyle iletişime geçin.',
  claude_settings_broken:
    'Makinenizdeki bir Claude Code ayar dosyası bozuk. Lütfen destek ekibiyle iletişime geçin.',
  login_method_forced:
    'Makinenizdeki Claude Code başka bir oturum açma yöntemine ayarlı. Lütfen destek ekibiyle ya da onu ayarlayan kişiyle iletişime geçin.',
  provider_not_allowed:
    'Makinenizdeki Claude Code ayarları Anthropic’in kendi hizmetine izin vermiyor. Lütfen destek ekibiyle ya da onu ayarlayan kişiyle iletişime geçin.',
  claude_failed: 'Makinenizdeki Claude Code gerektiği gibi yanıt vermedi. Lütfen yeniden deneyin.',
  claude_not_signed_in:
    'Oturum açtınız, ancak makinenizdeki Claude Code bunu saklamadı. Lütfen yeniden deneyin.',
  screen_unknown:
    'Makinenizdeki bir program beklenmedik bir şey yaptı; güvenlik için işlemi durdurduk. Lütfen destek ekibiyle iletişime geçin.',
  box_flooded: 'Makineniz beklendiği gibi yanıt vermedi. Lütfen destek ekibiyle iletişime geçin.',
  worker_blocked: 'Makineniz beklendiği gibi yanıt vermedi. Lütfen destek ekibiyle iletişime geçin.',
  program_ended: 'Claude Code, oturum açma bitmeden makinenizde durdu. Lütfen yeniden başlayın.',
  sign_in_expired: 'Oturum açma bağlantısının süresi doldu. Yenisi için lütfen yeniden başlayın.',
  code_incomplete: 'Bu, kodun yalnızca bir parçası. Lütfen ortasındaki # ile birlikte tamamını kopyalayın.',
  code_malformed: 'Bu, bir oturum açma koduna benzemiyor. Lütfen oturum açma sayfasından yeniden kopyalayın.',
  sealed_unreadable: 'Gönderdiğiniz burada açılamadı. Lütfen bu sayfayı yenileyip yeniden girin.',
  code_is_mailed:
    'Bu, Anthropic’in e-postasındaki kod. Onu Anthropic’in kendi sayfasına girin; bize gereken kod daha uzundur ve ortasında # vardır.',
  code_is_key:
    'Bu bir anahtar, kod değil. Onu kendinize saklayın ve lütfen oturum açma sayfasındaki kodu kopyalayın.',
  code_is_token:
    'Bu, bir oturum açmanın sonucudur, kod değil. Burada gerekmez: kendinize saklayın ve lütfen oturum açma sayfasındaki kodu kopyalayın.',
  code_is_link:
    'Bu, oturum açma sayfasının bağlantısı. Onu açıp oturum açın ve sonunda aldığınız kodu kopyalayın.',
  code_from_other_link:
    'Bu kod önceki bir oturum açma bağlantısına ait. Lütfen burada gösterilen bağlantıyı açıp onun kodunu kopyalayın.',
  key_incomplete: 'Bu, anahtarın yalnızca bir parçası. Lütfen tamamını kopyalayın.',
  key_malformed: 'Bu, bu sağlayıcının anahtarına benzemiyor. Lütfen yeniden kopyalayın.',
  key_in_pieces: 'Anahtarda boşluk ya da satır sonu var. Lütfen tek parça olarak kopyalayın.',
  key_several: 'Bu, birden çok anahtar. Lütfen birini yapıştırın; diğerlerini sonra ekleyebilirsiniz.',
  key_of_other_provider: 'Bu, başka bir sağlayıcının anahtarı.',
  key_is_token:
    'Bu, bir oturum açmanın sonucudur, API anahtarı değil. Kendinize saklayın ve lütfen bir API anahtarı oluşturun.',
  key_is_admin:
    'Bu bir yönetici anahtarı; onunla modele bir şey sorulamaz. Lütfen sıradan bir API anahtarı oluşturun.',
  key_is_code: 'Bu bir oturum açma kodu, API anahtarı değil.',
  key_is_link: 'Bu bir bağlantı, anahtar değil. Açıp anahtarı oradan kopyalayın.',
  key_is_masked:
    'Bu, anahtarın kısaltılmış biçimi. Sağlayıcılar anahtarın tamamını yalnızca bir kez gösterir; sizde yoksa lütfen yenisini oluşturun.',
  code_rejected: 'Claude bu kodu kabul etmedi. Lütfen yeni bağlantıyla yeniden oturum açın.',
  too_many_rejected_codes: 'Birkaç kod kabul edilmedi. Lütfen birkaç dakika bekleyip yeniden başlayın.',
  anthropic_unreachable: 'Makineniz Anthropic’ten yanıt alamadı. Lütfen birkaç dakika sonra yeniden deneyin.',
  anthropic_error:
    'Anthropic az önce bir sorun yaşadı ve kod kullanılmış olabilir. Lütfen yeni bağlantıyla oturum açın.',
  anthropic_forbidden:
    'Anthropic makinenizin oturum açmasına izin vermedi. Lütfen destek ekibiyle iletişime geçin: başka bir ağ adresi gerekebilir.',
  account_on_hold:
    'Anthropic bu Claude hesabını askıya aldı. Lütfen https://claude.ai/restricted sayfasına bakın.',
  organization_refused:
    'Bu Claude hesabının bağlı olduğu kuruluş buna izin vermiyor. Lütfen başka bir hesapla oturum açın ya da yöneticinize sorun.',
  token_incomplete: 'Oturumun tamamını makinenizden okuyamadık. Lütfen yeniden başlayın.',
  openclaw_refused_token:
    'OpenClaw oturumu kaydettiğini doğrulamadı. Lütfen yeniden deneyin; işe yaramazsa destek ekibiyle iletişime geçin.',
  openclaw_failed:
    'OpenClaw makinenizde beklendiği gibi yanıt vermedi. Lütfen yeniden deneyin; işe yaramazsa destek ekibiyle iletişime geçin.',
  model_not_offered: 'Seçilen model makinenizde yok. Lütfen destek ekibinden başka birini seçmesini isteyin.',
  credential_overridden:
    'Makinenizdeki başka bir ayar yeni oturuma engel oluyor. Lütfen destek ekibiyle iletişime geçin.',
  credential_not_effective:
    'OpenClaw’da oturum var, ancak onu kullanmıyor. Lütfen destek ekibiyle iletişime geçin.',
  credential_in_cooldown:
    'OpenClaw önceki hatalardan sonra oturumu duraklattı. Lütfen daha sonra yeniden deneyin.',
  credential_expired:
    '{what, select, key {Bu anahtarın süresi doldu. Lütfen yeniden bağlanın.} signIn {Bu oturumun süresi doldu. Lütfen yeniden bağlanın.} other {Bu anahtarın ya da oturumun süresi doldu. Lütfen yeniden bağlanın.}}',
  credential_missing:
    '{what, select, key {Bu anahtar artık makinenizde değil. Lütfen yeniden bağlanın.} signIn {Bu oturum artık makinenizde değil. Lütfen yeniden bağlanın.} other {Bu anahtar ya da oturum artık makinenizde değil. Lütfen yeniden bağlanın.}}',
  credential_replaced:
    'Makinenizde bunun yerinde artık başka bir anahtar veya oturum var. Lütfen yeniden bağlanın.',
  model_moved: 'Makinenizdeki OpenClaw artık başka bir sağlayıcının modelini kullanıyor.',
  gateway_down: 'Makinenizdeki OpenClaw çalışmıyor. Lütfen destek ekibiyle iletişime geçin.',
  gateway_refuses:
    'Makinenizdeki OpenClaw çalışıyor, ancak hiçbir sohbete yanıt vermiyor. Lütfen destek ekibiyle iletişime geçin.',
  gateway_other_store:
    'Makinenizdeki OpenClaw başka ayarlarla çalışıyor. Lütfen destek ekibiyle iletişime geçin.',
  store_unreadable: 'Makinenizdeki OpenClaw verileri bozuk. Lütfen destek ekibiyle iletişime geçin.',
  claude_logged_out: 'Makinenizdeki Claude Code oturumu kapalı. Lütfen yeniden bağlanın.',
  profile_not_removed:
    'Oturum hâlâ makinenizde. Lütfen yeniden deneyin ya da destek ekibiyle iletişime geçin.',
  profile_not_separable:
    'Makinenizdeki oturum tek başına kaldırılamıyor. Lütfen destek ekibiyle iletişime geçin.',
  turn_failed:
    'Claude yeni oturumla yanıt vermedi. Lütfen yeniden deneyin; işe yaramazsa destek ekibiyle iletişime geçin.',
  key_rejected:
    '{what, select, key {Sağlayıcı bu anahtarı tanımıyor. Lütfen tamamını kopyaladığınızı denetleyin ya da orada başka bir tane oluşturun.} signIn {Sağlayıcı bu oturumu tanımıyor. Lütfen yeniden oturum açın.} other {Sağlayıcı bu anahtarı ya da oturumu tanımıyor. Lütfen anahtarın tamamını kopyaladığınızı denetleyin, orada başka bir tane oluşturun ya da yeniden oturum açın.}}',
  key_revoked:
    '{what, select, key {Bu anahtar iptal edilmiş ya da süresi dolmuş. Lütfen sağlayıcıda başka bir tane oluşturun.} signIn {Bu oturum iptal edilmiş ya da süresi dolmuş. Lütfen yeniden oturum açın.} other {Bu anahtar ya da oturum iptal edilmiş ya da süresi dolmuş. Lütfen sağlayıcıda başka bir anahtar oluşturun ya da yeniden oturum açın.}}',
  key_no_credit:
    '{what, select, key {Anahtar doğru, ancak hesabında kredi kalmamış ya da sınırına ulaşılmış. Lütfen bunu sağlayıcıda çözüp yeniden deneyin.} signIn {Oturum doğru, ancak hesabında kredi kalmamış ya da sınırına ulaşılmış. Lütfen bunu sağlayıcıda çözüp yeniden deneyin.} other {Anahtar ya da oturum doğru, ancak hesabında kredi kalmamış ya da sınırına ulaşılmış. Lütfen bunu sağlayıcıda çözüp yeniden deneyin.}}',
  key_no_access:
    '{what, select, key {Anahtar doğru, ancak bu modeli kullanamıyor. Lütfen sağlayıcıdan erişim alın ya da başka bir anahtar kullanın.} signIn {Oturum doğru, ancak bu modeli kullanamıyor. Lütfen sağlayıcıdan erişim alın ya da başka bir hesapla oturum açın.} other {Anahtar ya da oturum doğru, ancak bu modeli kullanamıyor. Lütfen sağlayıcıdan erişim alın ya da başka birini kullanın.}}',
  region_refused:
    '{what, select, key {Sağlayıcı, makinenizin bulunduğu yerden gelen istekleri kabul etmiyor. Nedeni anahtarınız değil. Lütfen destek ekibiyle iletişime geçin.} signIn {Sağlayıcı, makinenizin bulunduğu yerden gelen istekleri kabul etmiyor. Nedeni oturumunuz değil. Lütfen destek ekibiyle iletişime geçin.} other {Sağlayıcı, makinenizin bulunduğu yerden gelen istekleri kabul etmiyor. Nedeni anahtarınız ya da oturumunuz değil. Lütfen destek ekibiyle iletişime geçin.}}',
  provider_rate_limited:
    '{what, select, key {Sağlayıcı şu anda bu anahtarla yapılan istekleri sınırlıyor; anahtar pekâlâ doğru olabilir. Lütfen birkaç dakika sonra yeniden deneyin.} signIn {Sağlayıcı şu anda bu oturumla yapılan istekleri sınırlıyor; oturum pekâlâ doğru olabilir. Lütfen birkaç dakika sonra yeniden deneyin.} other {Sağlayıcı şu anda bu anahtarla ya da oturumla yapılan istekleri sınırlıyor; anahtar ya da oturum pekâlâ doğru olabilir. Lütfen birkaç dakika sonra yeniden deneyin.}}',
  provider_down:
    '{what, select, key {Sağlayıcı şu anda sorun yaşıyor. Nedeni anahtarınız değil. Lütfen birkaç dakika sonra yeniden deneyin.} signIn {Sağlayıcı şu anda sorun yaşıyor. Nedeni oturumunuz değil. Lütfen birkaç dakika sonra yeniden deneyin.} other {Sağlayıcı şu anda sorun yaşıyor. Nedeni anahtarınız ya da oturumunuz değil. Lütfen birkaç dakika sonra yeniden deneyin.}}',
  provider_no_answer:
    '{what, select, key {Sağlayıcı makinenize yanıt vermedi. Anahtarınız pekâlâ doğru olabilir. Lütfen yeniden deneyin; işe yaramazsa destek ekibiyle iletişime geçin.} signIn {Sağlayıcı makinenize yanıt vermedi. Oturumunuz pekâlâ doğru olabilir. Lütfen yeniden deneyin; işe yaramazsa destek ekibiyle iletişime geçin.} other {Sağlayıcı makinenize yanıt vermedi. Anahtarınız ya da oturumunuz pekâlâ doğru olabilir. Lütfen yeniden deneyin; işe yaramazsa destek ekibiyle iletişime geçin.}}',
  endpoint_no_answer:
    'Bu adreste makinenize hiçbir şey yanıt vermedi. Lütfen adresi ve makinenizin ona ulaşabildiğini denetleyin.',
  endpoint_not_api: 'Bu adreste başka bir şey yanıt veriyor. Lütfen /v1 gibi sonunu ve protokolü denetleyin.',
  endpoint_no_model: 'Bu adreste bu adda bir model yok. Lütfen ilk modelin adını denetleyin.',
  profiles_used_up:
    'Makinenizde çok fazla eski anahtar ya da oturum var. Lütfen destek ekibiyle iletişime geçin.',
  deadline_exceeded: 'Makinenizin işlemi çok uzun sürdü. Lütfen yeniden deneyin.',
  cancelled: 'İptal edildi.',
  internal_error: 'Bizim tarafımızda bir sorun oluştu. Lütfen destek ekibiyle iletişime geçin.',
  vault_unavailable: 'Gerekeni şu anda getiremedik. Lütfen birkaç dakika sonra yeniden deneyin.',
  vault_denied: 'Bu şu anda çalışmıyor. Lütfen destek ekibiyle iletişime geçin: sorun bizden kaynaklanıyor.',
  vault_unreadable: 'Bu sizin için geri yüklenemiyor. Lütfen yeniden bağlanın.',
  vault_no_copy: 'Bu sizin için geri yüklenemiyor. Lütfen yeniden bağlanın.',
  input_invalid: 'Bunu anlayamadık. Lütfen sayfayı yenileyin.',
  not_signed_in:
    'Burada oturum açmamışsınız ya da oturumunuz sona ermiş. Lütfen “Claude’u bağla” sayfasını panelinizden yeniden açın.',
  cookies_blocked:
    'Bu sayfanın çerezlere ihtiyacı var ve tarayıcınız bizimkileri saklamadı. Lütfen bu site için çerezlere izin verin, sonra “Claude’u bağla” sayfasını panelinizden yeniden açın.',
  view_only: 'Bu sayfaya destek olarak bakıyorsunuz. Bunu yalnızca müşteri yapabilir.',
  origin_refused: 'Bu sayfa bunu yapamaz. Lütfen “Claude’u bağla” sayfasını panelinizden yeniden açın.',
  not_here: 'Burada bir şey yok.',
  link_used:
    'Bu giriş bağlantısı kullanılmış ya da çok eski. Lütfen “Claude’u bağla” sayfasını panelinizden yeniden açın.',
  hand_over_used:
    'Bu kod kullanılmış, sona ermiş ya da çok eski. Başladığınız aygıtta yeniden “Başka bir aygıtta devam et” seçeneğini belirleyin.',
  hand_over_handed: 'Bu aygıt, başka bir aygıtta başladığınızı sürdürüyor. Üçüncüsü için ilkine dönün.',
  not_waiting: 'Şu anda kod gerekmiyor.',
  handshake_under_way: 'Oturumunuz şu anda bağlanıyor. Lütfen önce onu bitirin ya da iptal edin.',
  disconnect_under_way:
    'Önceki oturumunuz makinenizden kaldırılıyor. Lütfen bir dakika sonra yeniden deneyin.',
  body_too_large: 'Bu, bir kod için çok uzun.',
  too_many_requests: 'Kısa sürede çok fazla istek yapıldı. Lütfen bir dakika bekleyip yeniden deneyin.',
  method_not_offered: 'Bu bağlanma yöntemi burada sunulmuyor. Lütfen başka birini seçin.',
  not_in_plan: 'Planınız bunu içermiyor. Hangi planların içerdiğini barındırma sağlayıcınız söyleyebilir.',
  endpoint_unfit: 'Bir şey eksik. Lütfen adresi, protokolü, modelleri ve anahtarı denetleyin.',
  key_needed_again: 'Lütfen anahtarı yeniden girin: onu saklamadık.',
  order_incomplete: 'Anahtarlarınız bu arada değişti. Lütfen yeniden bakın, sonra sıraya koyun.',
  change_under_way:
    'Makinenizde şu anda başka bir değişiklik yapılıyor. Lütfen bir dakika sonra yeniden deneyin.',
  queue_full: 'Şu anda birçok kişi bağlanmayı bekliyor. Lütfen bir dakika sonra yeniden deneyin.',
  box_paused:
    'Makineniz birkaç dakika önce beklendiği gibi yanıt vermedi. Lütfen on dakika bekleyip yeniden deneyin ya da destek ekibiyle iletişime geçin.',
  look_late: 'Makinenizi şu anda denetleyemedik. Lütfen bir dakika sonra yeniden deneyin.',
  platform_key_missing:
    'Kendi anahtarlarımızdan birini şu anda bulamadık. Lütfen destek ekibiyle iletişime geçin.',
  service_unavailable: 'Hizmetimize şu anda ulaşılamıyor. Lütfen bir dakika sonra yeniden deneyin.',
  history_unavailable: 'Kayıtlarımıza şu anda ulaşılamıyor. Lütfen bir dakika sonra yeniden deneyin.',
  usage_capped:
    'Bu bağlantı kullanım sınırına ulaştı ve duraklatıldı. Bağlantı korunuyor ve dönem bittiğinde yeniden kullanılacak.',
  usage_unusual:
    'Her zamankinden çok daha fazla kullanıldı. Bunu yapan siz değilseniz lütfen destek ekibiyle iletişime geçin.',
  fallback_in_use: 'Sizinkilerin yerine bizim modellerimiz yanıt veriyor. Lütfen bağlantınızı denetleyin.',
};
