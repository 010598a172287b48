export { redisValues } from '../../scripts/lab/redis-values.ts';
