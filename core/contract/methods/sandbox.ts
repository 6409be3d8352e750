import { z } from 'zod';
import { method } from './method.ts';

export const sandboxMethods = {
  setFeedRate: method
    .route({
      method: 'PUT',
      path: '/sandbox/feed',
      summary: 'Set how many records a second the sample feed sends',
      description: '0 pauses it.',
    })
    .input(
      z.object({
        ratePerSecond: z
          .number()
          .min(0)
          .max(100_000)
          .meta({ examples: [200] }),
      }),
    )
    .output(z.void()),
};
