import type { Words } from './en.ts';

export const es: Words = {
  greeting: 'Hola, {name}:',
  'greeting.nobody': 'Hola:',

  'expiring.subject': 'Su conexión con {provider} termina en {days, plural, one {# día} other {# días}}',
  'expiring.lead':
    'Su conexión con {provider} termina el {date}. Después, OpenClaw ya no podrá usarla en su máquina.',
  'expiring.todo': 'Renuévela antes: lleva unos minutos, y la actual funciona hasta que lo haga la nueva.',
  'expiring.broken': 'Renuévela antes: lleva unos minutos.',

  'expired.subject': 'Su conexión con {provider} ha caducado',
  'expired.lead': 'Su conexión con {provider} caducó el {date}. OpenClaw ya no puede usarla en su máquina.',
  'expired.seen':
    'El {date} vimos que su conexión con {provider} había caducado. OpenClaw ya no puede usarla en su máquina.',

  'attention.subject': 'Su conexión con {provider} requiere su atención',
  'attention.lead': 'El {date} vimos que algo no va bien en su conexión con {provider}.',

  'paused.subject': 'Su conexión con {provider} está en pausa',
  'paused.lead':
    'Su conexión con {provider} ha alcanzado su límite de uso. Se conserva en su máquina, y OpenClaw volverá a usarla a partir del {date}.',

  'recovered.subject': 'Su conexión con {provider} vuelve a funcionar',
  'recovered.lead':
    'Su conexión con {provider} vuelve a funcionar, según comprobamos el {date}. No tiene que hacer nada.',

  'disconnected.subject': 'Se ha eliminado su conexión con {provider}',
  'disconnected.lead': 'Su conexión con {provider} se eliminó de su máquina el {date}.',
  'disconnected.forgotten':
    'Su conexión con {provider} se dio por terminada el {date}, porque se indicó que su máquina ya no existe. No hemos podido comprobarla, así que la clave o la autorización puede seguir allí.',
  'disconnected.revoke':
    'La clave o la autorización en sí sigue siendo válida en {provider} hasta que la revoque allí.',
  'disconnected.doubt': 'Si no lo esperaba, póngase en contacto con el servicio de asistencia.',

  'reason.credential_missing': 'La clave o la autorización ya no está en su máquina.',
  'reason.credential_replaced': 'Otra clave u otra autorización ocupa su lugar en su máquina.',
  'reason.other_credential_first':
    'OpenClaw tiene en su máquina otra clave o autorización y la usa en lugar de esta.',
  'reason.credential_overridden': 'Un ajuste de su máquina ocupa el lugar de su clave o autorización.',
  'reason.credential_in_cooldown': 'OpenClaw ha pausado la clave o la autorización tras fallos anteriores.',
  'reason.key_no_credit': 'Su cuenta de {provider} se ha quedado sin crédito o ha alcanzado su límite.',
  'reason.key_rejected': '{provider} ya no acepta la clave o la autorización.',
  'reason.key_revoked': 'La clave o la autorización se ha revocado en {provider} o ha caducado.',
  'reason.key_no_access': 'Su cuenta de {provider} no tiene acceso al modelo que pide OpenClaw.',
  'reason.model_moved': 'OpenClaw usa ahora en su máquina un modelo de otro proveedor.',
  'reason.gateway_down': 'OpenClaw no está en marcha en su máquina.',
  'reason.gateway_refuses': 'OpenClaw está en marcha en su máquina, pero no responde a ningún chat.',
  'reason.gateway_other_store':
    'OpenClaw se ejecuta en su máquina con una configuración distinta de la anterior.',
  'reason.gateway_elsewhere': 'OpenClaw se ejecuta con otra cuenta de usuario de su máquina.',
  'reason.store_unreadable': 'Los datos de OpenClaw en su máquina están dañados.',
  'reason.openclaw_config_invalid': 'La configuración de OpenClaw en su máquina contiene un error.',
  'reason.openclaw_update_unfinished':
    'OpenClaw se ha actualizado en su máquina y todavía no puede leer sus propios datos.',
  'reason.openclaw_missing': 'OpenClaw ya no está en su máquina.',
  'reason.clock_wrong': 'El reloj de su máquina no está en hora.',
  'reason.claude_logged_out': 'La sesión de Claude Code en su máquina está cerrada.',
  'reason.endpoint_not_api': 'En la dirección que indicó responde otra cosa.',
  'reason.endpoint_no_model': 'En la dirección que indicó ya no está el modelo que pide OpenClaw.',
  'reason.other': 'OpenClaw no puede usarla como debería en su máquina.',

  'todo.connect': 'Vuelva a conectarse: lleva unos minutos.',
  'todo.key': 'Cree una clave nueva o inicie sesión otra vez en {provider} y vuelva a conectarse.',
  'todo.provider': 'Resuélvalo en {provider}. No es necesario que vuelva a conectarse.',
  'todo.support': 'Póngase en contacto con el servicio de asistencia.',
  'todo.wait':
    'Suele resolverse solo. Si mañana sigue igual, póngase en contacto con el servicio de asistencia.',
  'todo.model': 'Si no lo eligió usted, abra su página y vuelva a elegir el modelo.',
  'todo.endpoint': 'Compruebe la dirección y sus modelos, y vuelva a conectarse si han cambiado.',
  'todo.page':
    'Abra su página para saber más y, si necesita ayuda, póngase en contacto con el servicio de asistencia.',

  'fact.provider': 'Proveedor',
  'fact.label': 'Nombre que le dio',
  'fact.box': 'Máquina',
  'fact.ends': 'Termina',
  'fact.revoke': 'Revocar en',

  'button.renew': 'Renovar la conexión',
  'button.connect': 'Conectar de nuevo',
  'button.open': 'Abrir su página',

  'footer.about': 'Este es un mensaje automático sobre su máquina de OpenClaw ({customer}).',
  'footer.safety': 'Nunca pedimos claves, códigos ni contraseñas por correo electrónico.',
  'footer.reminders': 'No recibir más correos antes de que termine una conexión',
  'footer.problems': 'No recibir más correos sobre problemas',
  'footer.disconnected': 'No recibir más correos sobre conexiones eliminadas',

  'page.title': 'Correos sobre sus conexiones',
  'page.reminders.on': 'Recibe un correo antes de que termine una conexión.',
  'page.reminders.off': 'No recibe correos antes de que termine una conexión.',
  'page.problems.on': 'Recibe un correo cuando una conexión tiene un problema, caduca o vuelve a funcionar.',
  'page.problems.off':
    'No recibe correos cuando una conexión tiene un problema, caduca o vuelve a funcionar.',
  'page.disconnected.on': 'Recibe un correo cuando se elimina una conexión.',
  'page.disconnected.off': 'No recibe correos cuando se elimina una conexión.',
  'page.stop': 'Dejar de recibir estos correos',
  'page.start': 'Volver a recibirlos',
  'page.done': 'Guardado.',
  'page.gone': 'Este enlace ya no funciona.',
  'page.gone.todo':
    'Use el enlace de un correo más reciente o póngase en contacto con el servicio de asistencia.',
  'page.failed': 'No ha funcionado. Vuelva a intentarlo dentro de unos minutos.',
};
