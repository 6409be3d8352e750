/** The policy of a connection: what this machine allows on it, whatever the file says that a team commits. */
import { z } from 'zod';

const topicPatternSchema = z
  .string()
  .regex(/^[a-zA-Z0-9._*?-]{1,249}$/, 'A topic, with * for any characters and ? for one')
  .meta({ examples: ['payments.*'] });

export const policySchema = z.strictObject({
  /** True from the first time its file said so. */
  readOnly: z.boolean().describe('Read-only on this machine, whatever its file says.'),
  deniedTopics: z.array(topicPatternSchema).describe('Neither listed nor read nor written.'),
  allowedTopics: z.array(topicPatternSchema).describe('Where there are any, every other topic is denied.'),
  megabytesPerSecond: z
    .number()
    .positive('More than 0, or none')
    .nullable()
    .describe('Of records, for each process of the program: 1 MB is 1,000,000 bytes. Null: as fast as it goes.')
    .meta({ examples: [50] }),
});
export type Policy = z.infer<typeof policySchema>;
