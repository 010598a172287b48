/** What a command needs that reads the record and adds jobs. */
export const RECORD_SETTINGS = [
  'DATABASE_URL',
  'DATABASE_CA_FILE',
  'DATABASE_CONNECTIONS',
  'REDIS_URL',
  'REDIS_PREFIX',
  'REDIS_CA_FILE',
  'REDIS_SENTINELS',
  'REDIS_MASTER_NAME',
  'REDIS_SENTINEL_PASSWORD',
] as const;
