import type { RepairName } from '../../../core/contract/repairs.ts';
import { configKeyOut } from './config-key-out.ts';
import { modelBack } from './model-back.ts';
import { orderBack } from './order-back.ts';
import { cooldownClear, profileBack } from './profile-back.ts';
import type { Repair } from './repair.ts';

export const REPAIR_STEPS: Readonly<Record<RepairName, Repair>> = {
  'order-back': orderBack,
  'model-back': modelBack,
  'cooldown-clear': cooldownClear,
  'config-key-out': configKeyOut,
  'profile-back': profileBack,
};
