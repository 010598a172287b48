import type { Translated } from '../say.ts';

export const messages: Translated<'errors'> = {
  worker_stopped: 'Hemos tenido que interrumpir la operación. Vuelva a empezar.',
  worker_lost: 'Se ha producido una interrupción por nuestra parte. Vuelva a empezar.',
  worker_short: 'Ahora mismo nos faltan recursos. Vuelva a intentarlo dentro de unos minutos.',
  box_not_listed: 'No hemos encontrado su máquina. Pida al servicio de asistencia que la añada.',
  box_ambiguous:
    'Hay más de una máquina registrada a su nombre, así que nos hemos detenido. Póngase en contacto con el servicio de asistencia.',
  box_stopped: 'Su máquina está apagada. Enciéndala y vuelva a intentarlo.',
  inventory_unavailable:
    'No hemos podido localizar su máquina en este momento. Vuelva a intentarlo dentro de unos minutos.',
  inventory_denied:
    'No hemos podido localizar su máquina. Póngase en contacto con el servicio de asistencia: el problema es nuestro.',
  box_kind_off:
    'No hemos podido acceder a su máquina. Póngase en contacto con el servicio de asistencia: el problema es nuestro.',
  box_address_refused:
    'No hemos podido acceder a su máquina. Póngase en contacto con el servicio de asistencia: el problema es nuestro.',
  box_unreachable: 'No hemos podido acceder a su máquina. Vuelva a intentarlo dentro de unos minutos.',
  host_key_unknown:
    'No hemos podido asegurarnos de que esta sea su máquina, así que nos hemos detenido. Póngase en contacto con el servicio de asistencia.',
  host_key_mismatch:
    'No hemos podido asegurarnos de que esta sea su máquina, así que nos hemos detenido. Póngase en contacto con el servicio de asistencia e indique si se ha vuelto a instalar.',
  ssh_auth_failed:
    'Su máquina no nos ha dejado entrar. Póngase en contacto con el servicio de asistencia e indique si ha cambiado quién puede iniciar sesión en ella.',
  identity_unusable:
    'No hemos podido utilizar nuestra clave para su máquina. Póngase en contacto con el servicio de asistencia: el problema es nuestro.',
  second_factor_wanted:
    'Su máquina pide un segundo factor, que no podemos dar. Póngase en contacto con el servicio de asistencia.',
  certificate_refused:
    'Su máquina no nos ha dejado entrar. Póngase en contacto con el servicio de asistencia e indique si ha cambiado quién puede iniciar sesión en ella.',
  connection_lost: 'La conexión con su máquina se ha cortado. Vuelva a empezar.',
  channel_refused:
    'Su máquina no nos ha dejado abrir otra sesión. Vuelva a intentarlo dentro de unos minutos.',
  box_call_timeout: 'Su máquina no ha respondido a tiempo. Vuelva a intentarlo dentro de unos minutos.',
  claude_missing:
    'No hemos encontrado Claude Code en su máquina. Pida al servicio de asistencia que lo instale.',
  openclaw_missing:
    'No hemos encontrado OpenClaw en su máquina. Pida al servicio de asistencia que lo instale.',
  gateway_elsewhere:
    'OpenClaw se ejecuta con otra cuenta en su máquina. Póngase en contacto con el servicio de asistencia.',
  openclaw_config_invalid:
    'La configuración de OpenClaw en su máquina contiene un error. Póngase en contacto con el servicio de asistencia.',
  openclaw_update_unfinished:
    'OpenClaw se ha actualizado en su máquina y todavía no puede leer sus propios datos. Póngase en contacto con el servicio de asistencia.',
  openclaw_read_only:
    'OpenClaw no nos deja guardar la autorización en su máquina. Póngase en contacto con el servicio de asistencia.',
  agent_unclear:
    'OpenClaw tiene varios agentes en su máquina. Pregunte al servicio de asistencia cuál hay que utilizar.',
  box_unusable:
    'Su máquina no ha respondido como se esperaba. Póngase en contacto con el servicio de asistencia e indique si ha cambiado su shell o sus archivos de inicio.',
  account_expired:
    'La cuenta que utilizamos en su máquina ha caducado. Póngase en contacto con el servicio de asistencia.',
  login_shell_closed:
    'Su máquina no ha respondido como se esperaba. Póngase en contacto con el servicio de asistencia.',
  memory_short: 'A su máquina le queda poca memoria. Vuelva a intentarlo dentro de unos minutos.',
  disk_full:
    'El disco de su máquina está lleno. Libere espacio o pídalo al servicio de asistencia, y vuelva a empezar.',
  home_unwritable:
    'Su máquina no nos deja guardar la autorización. Póngase en contacto con el servicio de asistencia.',
  clock_wrong: 'El reloj de su máquina no está en hora. Pida al servicio de asistencia que lo corrija.',
  node_unfit:
    'Falta un programa que su máquina necesita, o es demasiado antiguo. Pida al servicio de asistencia que lo actualice.',
  claude_unfit:
    'Claude Code no puede ejecutarse en su máquina. Póngase en contacto con el servicio de asistencia.',
  claude_incomplete:
    'Claude Code no está instalado por completo en su máquina. Pida al servicio de asistencia que lo vuelva a instalar.',
  openclaw_unfit:
    'OpenClaw no puede ejecutarse en su máquina. Póngase en contacto con el servicio de asistencia.',
  openclaw_incomplete:
    'OpenClaw no está instalado por completo en su máquina. Pida al servicio de asistencia que lo vuelva a instalar.',
  method_not_available:
    'Esta forma de conexión no funciona con los programas de su máquina. Elija otra o pida al servicio de asistencia que los actualice.',
  other_credential_first:
    'OpenClaw tiene en su máquina otra autorización o clave, que utilizaría en lugar de esta. Póngase en contacto con el servicio de asistencia.',
  prepare_failed:
    'No hemos podido preparar su máquina. Vuelva a intentarlo y, si el problema persiste, póngase en contacto con el servicio de asistencia.',
  claude_crashed:
    'Claude Code no ha podido iniciarse en su máquina. Póngase en contacto con el servicio de asistencia.',
  link_not_shown: 'Su máquina ha tardado demasiado en preparar el inicio de sesión. Vuelva a intentarlo.',
  link_not_trusted:
    'Su máquina ha dado un enlace de inicio de sesión en el que no confiamos, así que nos hemos detenido. Póngase en contacto con el servicio de asistencia.',
  claude_settings_broken:
    'Un archivo de configuración de Claude Code está dañado en su máquina. Póngase en contacto con el servicio de asistencia.',
  login_method_forced:
    'Claude Code está configurado en su máquina para otra forma de iniciar sesión. Póngase en contacto con el servicio de asistencia o con quien lo configuró.',
  provider_not_allowed:
    'La configuración de Claude Code en su máquina no permite el servicio propio de Anthropic. Póngase en contacto con el servicio de asistencia o con quien lo configuró.',
  claude_failed: 'Claude Code no ha respondido como debería en su máquina. Vuelva a intentarlo.',
  claude_not_signed_in:
    'Usted ha iniciado sesión, pero Claude Code no la ha conservado en su máquina. Vuelva a intentarlo.',
  screen_unknown:
    'Un programa de su máquina ha hecho algo inesperado, así que nos hemos detenido por seguridad. Póngase en contacto con el servicio de asistencia.',
  box_flooded:
    'Su máquina no ha respondido como se esperaba. Póngase en contacto con el servicio de asistencia.',
  worker_blocked:
    'Su máquina no ha respondido como se esperaba. Póngase en contacto con el servicio de asistencia.',
  program_ended:
    'Claude Code se ha detenido en su máquina antes de terminar el inicio de sesión. Vuelva a empezar.',
  sign_in_expired: 'El enlace de inicio de sesión ha caducado. Vuelva a empezar para obtener uno nuevo.',
  code_incomplete: 'Eso es solo una parte del código. Cópielo entero, incluido el # del medio.',
  code_malformed:
    'Eso no parece un código de inicio de sesión. Vuelva a copiarlo de la página de inicio de sesión.',
  sealed_unreadable:
    'Lo que ha enviado no se ha podido abrir aquí. Recargue esta página y vuelva a introducirlo.',
  code_is_mailed:
    'Ese es el código del correo de Anthropic. Introdúzcalo en la página de Anthropic; el código que necesitamos es más largo y tiene un # en el medio.',
  code_is_key:
    'Eso es una clave, no el código. No la comparta con nadie y copie el código de la página de inicio de sesión.',
  code_is_token:
    'Eso es el resultado de un inicio de sesión, no el código. Aquí no hace falta: no lo comparta con nadie y copie el código de la página de inicio de sesión.',
  code_is_link:
    'Ese es el enlace al inicio de sesión. Ábralo, inicie sesión y copie el código que recibe al final.',
  code_from_other_link:
    'Ese código corresponde a un enlace de inicio de sesión anterior. Abra el enlace que se muestra aquí y copie su código.',
  key_incomplete: 'Eso es solo una parte de la clave. Cópiela entera.',
  key_malformed: 'Eso no parece una clave de este proveedor. Vuelva a copiarla.',
  key_in_pieces: 'En la clave hay un espacio o un salto de línea. Cópiela de una sola vez.',
  key_several: 'Ahí hay más de una clave. Pegue una de ellas; después puede añadir las demás.',
  key_of_other_provider: 'Esa es una clave de otro proveedor.',
  key_is_token:
    'Eso es el resultado de un inicio de sesión, no una clave de API. No lo comparta con nadie y cree una clave de API.',
  key_is_admin:
    'Esa es una clave de administración, con la que no se puede preguntar nada a un modelo. Cree una clave de API normal.',
  key_is_code: 'Eso es un código de un inicio de sesión, no una clave de API.',
  key_is_link: 'Eso es un enlace, no una clave. Ábralo y copie de allí la clave.',
  key_is_masked:
    'Esa es la forma abreviada de una clave. Los proveedores muestran la clave entera una sola vez; si no la tiene, cree una nueva.',
  code_rejected: 'Claude no ha aceptado ese código. Inicie sesión otra vez con el enlace nuevo.',
  too_many_rejected_codes: 'Varios códigos no se han aceptado. Espere unos minutos y vuelva a empezar.',
  anthropic_unreachable:
    'Su máquina no ha recibido respuesta de Anthropic. Vuelva a intentarlo dentro de unos minutos.',
  anthropic_error:
    'Anthropic ha tenido un problema y puede que el código ya no sirva. Inicie sesión con el enlace nuevo.',
  anthropic_forbidden:
    'Anthropic no ha dejado que su máquina inicie sesión. Póngase en contacto con el servicio de asistencia: puede que necesite otra dirección de red.',
  account_on_hold: 'Anthropic ha suspendido esta cuenta de Claude. Consulte https://claude.ai/restricted.',
  organization_refused:
    'La organización a la que pertenece esta cuenta de Claude no lo permite. Inicie sesión con otra cuenta o pregunte a su administrador.',
  token_incomplete: 'No hemos podido leer la autorización completa de su máquina. Vuelva a empezar.',
  openclaw_refused_token:
    'OpenClaw no ha confirmado que haya guardado la autorización. Vuelva a intentarlo y, si el problema persiste, póngase en contacto con el servicio de asistencia.',
  openclaw_failed:
    'OpenClaw no ha respondido como se esperaba en su máquina. Vuelva a intentarlo y, si el problema persiste, póngase en contacto con el servicio de asistencia.',
  model_not_offered:
    'El modelo elegido no está disponible en su máquina. Pida al servicio de asistencia que elija otro.',
  credential_overridden:
    'Otro ajuste de su máquina impide usar la nueva autorización. Póngase en contacto con el servicio de asistencia.',
  credential_not_effective:
    'OpenClaw tiene la autorización, pero no la utiliza. Póngase en contacto con el servicio de asistencia.',
  credential_in_cooldown:
    'OpenClaw ha puesto en pausa la autorización tras fallos anteriores. Vuelva a intentarlo más tarde.',
  credential_expired:
    '{what, select, key {Esta clave ha caducado. Vuelva a conectarse.} signIn {Esta autorización ha caducado. Vuelva a conectarse.} other {Esta clave o autorización ha caducado. Vuelva a conectarse.}}',
  credential_missing:
    '{what, select, key {Esta clave ya no está en su máquina. Vuelva a conectarse.} signIn {Esta autorización ya no está en su máquina. Vuelva a conectarse.} other {Esta clave o autorización ya no está en su máquina. Vuelva a conectarse.}}',
  credential_replaced:
    'Otra clave u otra autorización ocupa el lugar de esta en su máquina. Vuelva a conectarse.',
  model_moved: 'OpenClaw utiliza ahora en su máquina un modelo de otro proveedor.',
  gateway_down:
    'OpenClaw no está en marcha en su máquina. Póngase en contacto con el servicio de asistencia.',
  gateway_refuses:
    'OpenClaw está en marcha en su máquina, pero no responde a ningún chat. Póngase en contacto con el servicio de asistencia.',
  gateway_other_store:
    'OpenClaw se ejecuta en su máquina con otra configuración. Póngase en contacto con el servicio de asistencia.',
  store_unreadable:
    'Los datos de OpenClaw están dañados en su máquina. Póngase en contacto con el servicio de asistencia.',
  claude_logged_out: 'Claude Code tiene la sesión cerrada en su máquina. Vuelva a conectarse.',
  profile_not_removed:
    'Su máquina todavía tiene la autorización. Vuelva a intentarlo o póngase en contacto con el servicio de asistencia.',
  profile_not_separable:
    'La autorización no se puede eliminar por separado de su máquina. Póngase en contacto con el servicio de asistencia.',
  turn_failed:
    'Claude no ha respondido con la nueva autorización. Vuelva a intentarlo y, si el problema persiste, póngase en contacto con el servicio de asistencia.',
  key_rejected:
    '{what, select, key {El proveedor no conoce esta clave. Compruebe que la ha copiado entera, o cree allí otra.} signIn {El proveedor no conoce esta autorización. Vuelva a iniciar sesión.} other {El proveedor no conoce esta clave o autorización. Compruebe que ha copiado la clave entera, cree allí otra o vuelva a iniciar sesión.}}',
  key_revoked:
    '{what, select, key {Esta clave ha sido revocada o ha caducado. Cree otra en la página del proveedor.} signIn {Esta autorización ha sido revocada o ha caducado. Vuelva a iniciar sesión.} other {Esta clave o autorización ha sido revocada o ha caducado. Cree otra clave en la página del proveedor o vuelva a iniciar sesión.}}',
  key_no_credit:
    '{what, select, key {La clave es correcta, pero su cuenta ya no tiene crédito o ha alcanzado su límite. Resuélvalo con el proveedor y vuelva a intentarlo.} signIn {La autorización es correcta, pero su cuenta ya no tiene crédito o ha alcanzado su límite. Resuélvalo con el proveedor y vuelva a intentarlo.} other {La clave o la autorización es correcta, pero su cuenta ya no tiene crédito o ha alcanzado su límite. Resuélvalo con el proveedor y vuelva a intentarlo.}}',
  key_no_access:
    '{what, select, key {La clave es correcta, pero no permite utilizar este modelo. Pida acceso al proveedor o utilice otra clave.} signIn {La autorización es correcta, pero no permite utilizar este modelo. Pida acceso al proveedor o inicie sesión con otra cuenta.} other {La clave o la autorización es correcta, pero no permite utilizar este modelo. Pida acceso al proveedor o utilice otra.}}',
  region_refused:
    '{what, select, key {El proveedor no acepta solicitudes desde donde está su máquina. Su clave no es la causa. Póngase en contacto con el servicio de asistencia.} signIn {El proveedor no acepta solicitudes desde donde está su máquina. Su autorización no es la causa. Póngase en contacto con el servicio de asistencia.} other {El proveedor no acepta solicitudes desde donde está su máquina. Su clave o autorización no es la causa. Póngase en contacto con el servicio de asistencia.}}',
  provider_rate_limited:
    '{what, select, key {El proveedor está limitando las solicitudes con esta clave, que bien puede ser correcta. Vuelva a intentarlo dentro de unos minutos.} signIn {El proveedor está limitando las solicitudes con esta autorización, que bien puede ser correcta. Vuelva a intentarlo dentro de unos minutos.} other {El proveedor está limitando las solicitudes con esta clave o autorización, que bien puede ser correcta. Vuelva a intentarlo dentro de unos minutos.}}',
  provider_down:
    '{what, select, key {El proveedor tiene problemas en este momento. Su clave no es la causa. Vuelva a intentarlo dentro de unos minutos.} signIn {El proveedor tiene problemas en este momento. Su autorización no es la causa. Vuelva a intentarlo dentro de unos minutos.} other {El proveedor tiene problemas en este momento. Su clave o autorización no es la causa. Vuelva a intentarlo dentro de unos minutos.}}',
  provider_no_answer:
    '{what, select, key {El proveedor no ha respondido a su máquina. Su clave bien puede ser correcta. Vuelva a intentarlo y, si el problema persiste, póngase en contacto con el servicio de asistencia.} signIn {El proveedor no ha respondido a su máquina. Su autorización bien puede ser correcta. Vuelva a intentarlo y, si el problema persiste, póngase en contacto con el servicio de asistencia.} other {El proveedor no ha respondido a su máquina. Su clave o autorización bien puede ser correcta. Vuelva a intentarlo y, si el problema persiste, póngase en contacto con el servicio de asistencia.}}',
  endpoint_no_answer:
    'Nada ha respondido a su máquina en esta dirección. Compruebe la dirección y que su máquina puede acceder a ella.',
  endpoint_not_api: 'Otra cosa responde en esta dirección. Compruebe su final, como /v1, y el protocolo.',
  endpoint_no_model:
    'Esta dirección no tiene ningún modelo con ese nombre. Compruebe el nombre del primer modelo.',
  profiles_used_up:
    'Su máquina tiene demasiadas claves o autorizaciones antiguas. Póngase en contacto con el servicio de asistencia.',
  deadline_exceeded: 'Su máquina ha tardado demasiado. Vuelva a intentarlo.',
  cancelled: 'Cancelado.',
  internal_error: 'Algo ha salido mal por nuestra parte. Póngase en contacto con el servicio de asistencia.',
  vault_unavailable:
    'No hemos podido obtener lo que necesitamos en este momento. Vuelva a intentarlo dentro de unos minutos.',
  vault_denied:
    'Esto no funciona ahora mismo. Póngase en contacto con el servicio de asistencia: el problema es nuestro.',
  vault_unreadable: 'Esto no se puede restaurar. Vuelva a conectarse.',
  vault_no_copy: 'Esto no se puede restaurar. Vuelva a conectarse.',
  input_invalid: 'No lo hemos entendido. Recargue la página.',
  not_signed_in:
    'No tiene la sesión iniciada aquí, o su sesión ha terminado. Abra de nuevo «Conectar Claude» desde su panel.',
  cookies_blocked:
    'Esta página necesita cookies y su navegador no ha guardado las nuestras. Permita las cookies de este sitio y abra de nuevo «Conectar Claude» desde su panel.',
  view_only: 'Está viendo esta página como servicio de asistencia. Solo el cliente puede hacer eso.',
  origin_refused: 'Esta página no puede hacer eso. Abra de nuevo «Conectar Claude» desde su panel.',
  not_here: 'Aquí no hay nada.',
  link_used:
    'Este enlace ya se ha utilizado o es demasiado antiguo. Abra de nuevo «Conectar Claude» desde su panel.',
  hand_over_used:
    'Este código ya se ha utilizado, ha terminado o es demasiado antiguo. En el dispositivo donde empezó, elija de nuevo «Continuar en otro dispositivo».',
  hand_over_handed:
    'Este dispositivo continúa lo que empezó en otro. Para utilizar un tercero, vuelva al primero.',
  not_waiting: 'Ahora no se necesita ningún código.',
  handshake_under_way: 'Ya hay una conexión en curso. Termínela o cancélela primero.',
  disconnect_under_way:
    'Su autorización anterior se está eliminando de su máquina. Vuelva a intentarlo dentro de un minuto.',
  body_too_large: 'Eso es demasiado largo para ser un código.',
  too_many_requests:
    'Han sido demasiadas solicitudes en poco tiempo. Espere un minuto y vuelva a intentarlo.',
  method_not_offered: 'Esta forma de conexión no se ofrece aquí. Elija otra.',
  not_in_plan: 'Su plan no incluye esto. Su proveedor de alojamiento puede decirle qué planes lo incluyen.',
  endpoint_unfit: 'Falta algo. Compruebe la dirección, el protocolo, los modelos y la clave.',
  key_needed_again: 'Vuelva a introducir la clave: no la hemos guardado.',
  order_incomplete: 'Sus claves han cambiado entretanto. Vuelva a mirar y ordénelas después.',
  change_under_way: 'Se está haciendo otro cambio en su máquina. Vuelva a intentarlo dentro de un minuto.',
  queue_full:
    'Ahora mismo hay muchas personas esperando para conectarse. Vuelva a intentarlo dentro de un minuto.',
  box_paused:
    'Su máquina no respondió como se esperaba hace unos minutos. Espere diez minutos y vuelva a intentarlo, o póngase en contacto con el servicio de asistencia.',
  look_late: 'No hemos podido comprobar su máquina en este momento. Vuelva a intentarlo dentro de un minuto.',
  platform_key_missing:
    'No hemos podido localizar una clave nuestra en este momento. Póngase en contacto con el servicio de asistencia.',
  service_unavailable:
    'No se puede acceder a nuestro servicio ahora mismo. Vuelva a intentarlo dentro de un minuto.',
  history_unavailable:
    'No se puede acceder a nuestros registros ahora mismo. Vuelva a intentarlo dentro de un minuto.',
  usage_capped:
    'Esta conexión ha alcanzado su límite de uso y está en pausa. Se conserva y se volverá a usar cuando termine el periodo.',
  usage_unusual:
    'Se ha usado mucho más de lo habitual. Si no ha sido usted, póngase en contacto con el servicio de asistencia.',
  fallback_in_use: 'Nuestros modelos están respondiendo en lugar de los suyos. Compruebe su conexión.',
};
