import type { Language } from '../../core/contract/languages.ts';

/** What the customer's page says before its script does, or without it. */
export interface PageWords {
  title: string;
  heading: string;
  /** With `<a>` around what is clicked. */
  again: string;
  old: string;
  noScript: string;
}

/** Each stands in web/index.html in English, in these words. */
export const PAGE_WORDS: Readonly<Record<Language, PageWords>> = {
  en: {
    title: 'Connect Claude',
    heading: 'Something is wrong with this page',
    again: 'Please <a>load the page again</a>.',
    old: 'If it happens again, your browser may be too old for it. It needs Safari 15.4, Chrome or Edge 100, Firefox 102, or anything newer.',
    noScript: 'This page needs JavaScript. Please allow it for this site and load the page again.',
  },
  de: {
    title: 'Claude verbinden',
    heading: 'Mit dieser Seite stimmt etwas nicht',
    again: 'Bitte <a>laden Sie die Seite neu</a>.',
    old: 'Wenn das wieder geschieht, ist Ihr Browser möglicherweise zu alt dafür. Nötig ist Safari 15.4, Chrome oder Edge 100, Firefox 102 oder etwas Neueres.',
    noScript:
      'Diese Seite braucht JavaScript. Bitte erlauben Sie es für diese Website, und laden Sie die Seite neu.',
  },
  fr: {
    title: 'Connecter Claude',
    heading: 'Cette page a un problème',
    again: 'Veuillez <a>recharger la page</a>.',
    old: 'Si cela se reproduit, votre navigateur est peut-être trop ancien. Il faut Safari 15.4, Chrome ou Edge 100, Firefox 102, ou une version plus récente.',
    noScript: 'Cette page a besoin de JavaScript. Veuillez l’autoriser pour ce site, puis recharger la page.',
  },
  es: {
    title: 'Conectar Claude',
    heading: 'Algo falla en esta página',
    again: 'Por favor, <a>vuelva a cargar la página</a>.',
    old: 'Si vuelve a ocurrir, puede que su navegador sea demasiado antiguo. Hace falta Safari 15.4, Chrome o Edge 100, Firefox 102 o una versión más reciente.',
    noScript: 'Esta página necesita JavaScript. Permítalo para este sitio y vuelva a cargar la página.',
  },
  'pt-BR': {
    title: 'Conectar Claude',
    heading: 'Há algo errado com esta página',
    again: 'Por favor, <a>recarregue a página</a>.',
    old: 'Se isso acontecer de novo, talvez seu navegador seja antigo demais. É preciso ter o Safari 15.4, o Chrome ou o Edge 100, o Firefox 102 ou uma versão mais recente.',
    noScript: 'Esta página precisa de JavaScript. Permita-o para este site e recarregue a página.',
  },
  it: {
    title: 'Connetti Claude',
    heading: 'C’è un problema con questa pagina',
    again: 'Per favore, <a>ricarichi la pagina</a>.',
    old: 'Se succede di nuovo, il Suo browser potrebbe essere troppo vecchio. Serve Safari 15.4, Chrome o Edge 100, Firefox 102 o una versione più recente.',
    noScript: 'Questa pagina ha bisogno di JavaScript. Lo consenta per questo sito e ricarichi la pagina.',
  },
  nl: {
    title: 'Claude verbinden',
    heading: 'Er is iets mis met deze pagina',
    again: '<a>Laad de pagina opnieuw</a>.',
    old: 'Als het nog eens gebeurt, is uw browser er misschien te oud voor. Nodig is Safari 15.4, Chrome of Edge 100, Firefox 102 of iets nieuwers.',
    noScript: 'Deze pagina heeft JavaScript nodig. Sta het toe voor deze site en laad de pagina opnieuw.',
  },
  pl: {
    title: 'Połącz Claude',
    heading: 'Coś jest nie tak z tą stroną',
    again: 'Proszę <a>wczytać stronę ponownie</a>.',
    old: 'Jeśli to się powtórzy, przeglądarka może być za stara. Potrzebna jest przeglądarka Safari 15.4, Chrome lub Edge 100, Firefox 102 albo nowsza.',
    noScript:
      'Ta strona wymaga JavaScriptu. Proszę zezwolić na niego w tej witrynie i wczytać stronę ponownie.',
  },
  tr: {
    title: 'Claude’u bağla',
    heading: 'Bu sayfada bir sorun var',
    again: 'Lütfen <a>sayfayı yeniden yükleyin</a>.',
    old: 'Bu yinelenirse tarayıcınız çok eski olabilir. Safari 15.4, Chrome veya Edge 100, Firefox 102 ya da daha yenisi gerekir.',
    noScript: 'Bu sayfa JavaScript gerektirir. Lütfen bu site için izin verin ve sayfayı yeniden yükleyin.',
  },
  ja: {
    title: 'Claude を接続',
    heading: 'このページに問題が発生しました',
    again: '<a>ページを再読み込み</a>してください。',
    old: '繰り返し発生する場合は、お使いのブラウザーが古い可能性があります。Safari 15.4、Chrome または Edge 100、Firefox 102 以降が必要です。',
    noScript:
      'このページには JavaScript が必要です。このサイトで JavaScript を許可し、ページを再読み込みしてください。',
  },
  'zh-Hans': {
    title: '连接 Claude',
    heading: '此页面出了问题',
    again: '请<a>重新加载页面</a>。',
    old: '如果再次发生，可能是您的浏览器版本过旧。需要 Safari 15.4、Chrome 或 Edge 100、Firefox 102 或更高版本。',
    noScript: '此页面需要 JavaScript。请为此网站启用 JavaScript，然后重新加载页面。',
  },
  ar: {
    title: 'ربط Claude',
    heading: 'حدث خطأ ما في هذه الصفحة',
    again: 'يُرجى <a>إعادة تحميل الصفحة</a>.',
    old: 'إن تكرر ذلك، فقد يكون متصفحكم أقدم مما ينبغي. يلزم Safari 15.4 أو Chrome أو Edge 100 أو Firefox 102 أو أحدث.',
    noScript: 'تحتاج هذه الصفحة إلى JavaScript. يُرجى السماح به لهذا الموقع ثم إعادة تحميل الصفحة.',
  },
};
