import { z } from 'zod';

/**
 * Imported before all else: a schema tries `eval` as it is made, which the CSP refuses, and each refusal stands in the
 * browser's console (zod 4).
 */
z.config({ jitless: true });
