import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What an identity provider keeps, in memory; that of oidc-provider warns that it is for development. */
export function memoryAdapters(): (name: string) => Adapter {
  const kept = new Map<string, AdapterPayload>();
  return (name) => {
    const key = (id: string) => `${name}:${id}`;
    const where = (fits: (payload: AdapterPayload) => boolean) => kept.values().find(fits);
    return {
      upsert: async (id, payload) => void kept.set(key(id), payload),
      find: async (id) => kept.get(key(id)),
      findByUserCode: async (code) => where(({ userCode }) => userCode === code),
      findByUid: async (wanted) => where(({ kind, uid }) => kind === name && uid === wanted),
      consume: async (id) => void Object.assign(kept.get(key(id)) ?? {}, { consumed: true }),
      destroy: async (id) => void kept.delete(key(id)),
      revokeByGrantId: async (grant) => {
        for (const [id, { grantId }] of kept) if (grantId === grant) kept.delete(id);
      },
    };
  };
}
