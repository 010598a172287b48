import { z } from 'zod';

/**
 * Imported before everything else: a schema tries `eval` when it is created, which the CSP refuses, and each refusal
 * shows in the browser's console (zod 4).
 */
z.config({ jitless: true });
