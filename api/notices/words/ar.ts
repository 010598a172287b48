import type { Words } from './en.ts';

export const ar: Words = {
  greeting: 'مرحبًا {name}،',
  'greeting.nobody': 'مرحبًا،',

  'expiring.subject':
    'ينتهي اتصالكم بـ {provider} بعد {days, plural, zero {أقل من يوم} one {يوم واحد} two {يومين} few {# أيام} many {# يومًا} other {# يوم}}',
  'expiring.lead':
    'ينتهي اتصالكم بـ {provider} بتاريخ {date}. وبعد ذلك لن يتمكن OpenClaw على خادمكم من استخدامه.',
  'expiring.todo':
    'يُرجى تجديده قبل ذلك: لا يستغرق الأمر سوى بضع دقائق، ويبقى الاتصال الحالي يعمل إلى أن يعمل الجديد.',
  'expiring.broken': 'يُرجى تجديده قبل ذلك: لا يستغرق الأمر سوى بضع دقائق.',

  'expired.subject': 'انتهت صلاحية اتصالكم بـ {provider}',
  'expired.lead':
    'انتهت صلاحية اتصالكم بـ {provider} بتاريخ {date}. ولم يعد بإمكان OpenClaw على خادمكم استخدامه.',
  'expired.seen':
    'لاحظنا بتاريخ {date} أن صلاحية اتصالكم بـ {provider} قد انتهت. ولم يعد بإمكان OpenClaw على خادمكم استخدامه.',

  'attention.subject': 'اتصالكم بـ {provider} يحتاج إلى انتباهكم',
  'attention.lead': 'لاحظنا بتاريخ {date} وجود مشكلة في اتصالكم بـ {provider}.',

  'paused.subject': 'اتصالكم بـ {provider} متوقف مؤقتًا',
  'paused.lead':
    'بلغ اتصالكم بـ {provider} حد الاستخدام. سيبقى محفوظًا على خادمكم، وسيستخدمه OpenClaw من جديد ابتداءً من {date}.',

  'recovered.subject': 'عاد اتصالكم بـ {provider} إلى العمل',
  'recovered.lead':
    'عاد اتصالكم بـ {provider} إلى العمل، كما تحققنا بتاريخ {date}. لا يلزمكم القيام بأي شيء.',

  'disconnected.subject': 'أُزيل اتصالكم بـ {provider}',
  'disconnected.lead': 'أُزيل اتصالكم بـ {provider} من خادمكم بتاريخ {date}.',
  'disconnected.forgotten':
    'أُنهي اتصالكم بـ {provider} بتاريخ {date}، لأنه أُفيد بأن خادمكم لم يعد موجودًا. لم نتمكن من فحصه، لذا قد يكون المفتاح أو تسجيل الدخول ما زال هناك.',
  'disconnected.revoke': 'يبقى المفتاح أو تسجيل الدخول نفسه صالحًا لدى {provider} إلى أن تُلغوه هناك.',
  'disconnected.doubt': 'إذا لم تكونوا تتوقعون ذلك، فيُرجى التواصل مع فريق الدعم.',

  'reason.credential_missing': 'لم يعد المفتاح أو تسجيل الدخول موجودًا على خادمكم.',
  'reason.credential_replaced': 'حلّ مفتاح أو تسجيل دخول آخر محله على خادمكم.',
  'reason.other_credential_first': 'لدى OpenClaw على خادمكم مفتاح أو تسجيل دخول آخر يستخدمه بدلًا من هذا.',
  'reason.credential_overridden': 'هناك إعداد على خادمكم يحلّ محل مفتاحكم أو تسجيل دخولكم.',
  'reason.credential_in_cooldown':
    'أوقف OpenClaw استخدام المفتاح أو تسجيل الدخول مؤقتًا بعد محاولات فاشلة سابقة.',
  'reason.key_no_credit': 'نفد رصيد حسابكم لدى {provider} أو بلغ الحساب حدّه الأقصى.',
  'reason.key_rejected': 'لم يعد {provider} يقبل المفتاح أو تسجيل الدخول.',
  'reason.key_revoked': 'أُلغي المفتاح أو تسجيل الدخول لدى {provider} أو انتهت صلاحيته.',
  'reason.key_no_access': 'لا يحق لحسابكم لدى {provider} استخدام النموذج الذي يطلبه OpenClaw.',
  'reason.model_moved': 'يستخدم OpenClaw على خادمكم الآن نموذجًا من مزوّد آخر.',
  'reason.gateway_down': 'لا يعمل OpenClaw على خادمكم.',
  'reason.gateway_refuses': 'يعمل OpenClaw على خادمكم لكنه لا يجيب عن أي محادثة.',
  'reason.gateway_other_store': 'يعمل OpenClaw على خادمكم بإعدادات مختلفة عن السابق.',
  'reason.gateway_elsewhere': 'يعمل OpenClaw على خادمكم بحساب مستخدم آخر.',
  'reason.store_unreadable': 'بيانات OpenClaw على خادمكم تالفة.',
  'reason.openclaw_config_invalid': 'تحتوي إعدادات OpenClaw على خادمكم على خطأ.',
  'reason.openclaw_update_unfinished': 'تم تحديث OpenClaw على خادمكم ولا يستطيع بعدُ قراءة بياناته.',
  'reason.openclaw_missing': 'لم يعد OpenClaw موجودًا على خادمكم.',
  'reason.clock_wrong': 'ساعة خادمكم غير مضبوطة.',
  'reason.claude_logged_out': 'تم تسجيل الخروج من Claude Code على خادمكم.',
  'reason.endpoint_not_api': 'هناك شيء آخر يستجيب على العنوان الذي قدّمتموه.',
  'reason.endpoint_no_model': 'لم يعد العنوان الذي قدّمتموه يوفّر النموذج الذي يطلبه OpenClaw.',
  'reason.other': 'لا يستطيع OpenClaw على خادمكم استخدامه كما ينبغي.',

  'todo.connect': 'يُرجى إعادة إنشاء الاتصال: لا يستغرق الأمر سوى بضع دقائق.',
  'todo.key': 'يُرجى إنشاء مفتاح جديد أو تسجيل الدخول مجددًا لدى {provider}، ثم إعادة إنشاء الاتصال.',
  'todo.provider': 'يُرجى معالجة ذلك لدى {provider}. لا حاجة إلى إعادة إنشاء الاتصال.',
  'todo.support': 'يُرجى التواصل مع فريق الدعم.',
  'todo.wait': 'غالبًا ما يزول ذلك من تلقاء نفسه. وإذا لم يزُل حتى الغد، فيُرجى التواصل مع فريق الدعم.',
  'todo.model': 'إذا لم تختاروا ذلك بأنفسكم، فافتحوا صفحتكم واختاروا النموذج من جديد.',
  'todo.endpoint': 'يُرجى التحقق من العنوان ومن نماذجه، وإعادة إنشاء الاتصال إذا تغيّرت.',
  'todo.page': 'افتحوا صفحتكم لمعرفة المزيد، وتواصلوا مع فريق الدعم إذا احتجتم إلى مساعدة.',

  'fact.provider': 'المزوّد',
  'fact.label': 'الاسم الذي اخترتموه',
  'fact.box': 'الخادم',
  'fact.ends': 'ينتهي في',
  'fact.revoke': 'الإلغاء عبر',

  'button.renew': 'تجديد الاتصال',
  'button.connect': 'إعادة الاتصال',
  'button.open': 'فتح صفحتكم',

  'footer.about': 'هذه رسالة آلية بشأن خادم OpenClaw الخاص بكم ({customer}).',
  'footer.safety': 'لا نطلب أبدًا مفاتيح أو رموزًا أو كلمات مرور عبر البريد الإلكتروني.',
  'footer.reminders': 'إيقاف الرسائل التي تسبق انتهاء الاتصال',
  'footer.problems': 'إيقاف الرسائل المتعلقة بالمشكلات',
  'footer.disconnected': 'إيقاف الرسائل المتعلقة بإزالة الاتصالات',

  'page.title': 'رسائل البريد الإلكتروني بشأن اتصالاتكم',
  'page.reminders.on': 'تصلكم رسالة قبل انتهاء الاتصال.',
  'page.reminders.off': 'لا تصلكم رسائل قبل انتهاء الاتصال.',
  'page.problems.on': 'تصلكم رسالة عند حدوث مشكلة في الاتصال أو انتهاء صلاحيته أو عودته إلى العمل.',
  'page.problems.off': 'لا تصلكم رسائل عند حدوث مشكلة في الاتصال أو انتهاء صلاحيته أو عودته إلى العمل.',
  'page.disconnected.on': 'تصلكم رسالة عند إزالة اتصال.',
  'page.disconnected.off': 'لا تصلكم رسائل عند إزالة اتصال.',
  'page.stop': 'إيقاف هذه الرسائل',
  'page.start': 'استلامها من جديد',
  'page.done': 'تم الحفظ.',
  'page.gone': 'لم يعد هذا الرابط يعمل.',
  'page.gone.todo': 'يُرجى استخدام الرابط الوارد في رسالة أحدث، أو التواصل مع فريق الدعم.',
  'page.failed': 'تعذّر ذلك الآن. يُرجى المحاولة مرة أخرى بعد بضع دقائق.',
};
