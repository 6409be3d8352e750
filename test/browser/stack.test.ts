/** Stack: containers by compose project, and what is said where no engine answers. */
import { expect, test } from 'vitest';
import { stageForEachTest } from './stage.ts';

const open = stageForEachTest();

test('lists containers by project with state, image, ports and time', async () => {
  const { page, window } = await open('full', '#/home');
  await window.goTo('Stack');
  await page.getByText('Docker Engine 28.2.2').waitFor();
  const streams = page.getByRole('region', { name: 'streams' });
  await streams.getByText('2 of 3 containers running').waitFor();
  const kafka = streams.getByRole('row').filter({ hasText: 'kafka' }).first();
  await kafka.getByText('healthy').waitFor();
  await kafka.getByText('127.0.0.1:9092 → 9092, 9093').waitFor();
  await kafka.getByText(/^2 h 03 min$/).waitFor();
  await streams.getByText('Exited (1) 2 minutes ago').waitFor();
  await page.getByRole('region', { name: 'In no project' }).getByText('busybox:1').waitFor();
});

test('says where it looked and what to do where no engine answers, and looks again', async () => {
  const { page, workbench } = await open('empty', '#/stack');
  await page.getByText('No container engine answers').waitFor();
  await page.getByText('Start Docker, Podman or Colima').waitFor();
  const places = page.getByRole('table', { name: 'Where it was looked for' });
  expect(await places.getByRole('row').count()).toBe(4);
  await places.getByText('unix:///var/run/docker.sock').waitFor();
  workbench.scenario = 'full';
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByRole('region', { name: 'streams' }).waitFor();
});
