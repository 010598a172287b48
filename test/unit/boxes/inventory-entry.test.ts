import { describe, expect, test } from '@jest/globals';
import { listedBox, readEntry } from '../../../worker/boxes/inventory-file.entry.ts';

const SSH = { ssh: 'ssh://ubuntu@203.0.113.7', knownHosts: './known_hosts', identity: './id' };
const kind = (entry: object) => {
  const read = readEntry(entry);
  if (!read.success) throw new Error(read.error.issues[0]?.message);
  return listedBox(read.data, '/etc/keyferry').transport.kind;
};
const wrong = (entry: object) => {
  const [issue] = readEntry(entry).error?.issues ?? [];
  return `${issue?.path.join('.')}: ${issue?.message}`;
};

describe('an entry of the inventory', () => {
  test.each<[string, object]>([
    ['ssh2', SSH],
    ['ssh2', { ...SSH, transport: 'ssh2' }],
    ['openssh', { ...SSH, transport: 'openssh' }],
    ['openssh', { ...SSH, certificate: './id-cert.pub' }],
    ['openssh', { ...SSH, config: '/etc/keyferry/ssh_config' }],
    ['openssh', { ...SSH, jump: 'ssh://ops@bastion.example' }],
    [
      'openssh',
      { ...SSH, jump: { ssh: 'ssh://ops@[2001:db8::1]:2222', knownHosts: './b', identity: './b' } },
    ],
    ['command', { command: ['docker', 'exec', '-i', 'alice'], terminal: ['docker', 'exec', '-it', 'alice'] }],
    ['command', { command: ['./onto-the-box'], columns: 100 }],
    ['local', { local: true }],
  ])('is reached by %s: %j', (transport, entry) => {
    expect(kind(entry)).toBe(transport);
  });

  test.each<[object, RegExp]>([
    [{ ...SSH, jump: 'bastion' }, /^jump: must be ssh:\/\/user@host/],
    [{ ...SSH, jump: 'ssh://ops%20x@bastion' }, /^jump: must be/],
    [{ ...SSH, jump: 'ssh://o%0aProxyCommand%20x@bastion' }, /^jump: must be/],
    [{ ...SSH, jump: { ssh: 'ssh://ops@b', password: 'x' } }, /^jump: .*password/],
    [{ ...SSH, jump: 'ssh://ops@b', config: './c' }, /^jump: must be in the config/],
    [{ ...SSH, jump: 'ssh://ops@b', transport: 'ssh2' }, /^transport: must be openssh/],
    [{ ...SSH, config: './a path' }, /^config: must be a path of letters/],
    [{ ...SSH, identity: 'a"b' }, /^identity: must be a path/],
    [{ ...SSH, identity: 'a\nb' }, /^identity: must be a path/],
    [{ ...SSH, options: '-o ProxyCommand=x' }, /options/],
    [{ command: 'docker exec alice' }, /^command: /],
    [{ command: [] }, /^command/],
    [{ command: ['-it', 'x'] }, /^command.0: must begin with a program/],
    [{ command: ['A=b', 'x'] }, /^command.0: must begin with a program/],
    [{ command: ['docker', 7] }, /^command.1: /],
    [{ command: ['docker'], knownHosts: './x' }, /knownHosts/],
  ])('is refused: %j', (entry, message) => {
    expect(wrong(entry)).toMatch(message);
  });
});
