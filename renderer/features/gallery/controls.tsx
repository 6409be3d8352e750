import { Play, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Keys } from '../../ui/keys.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Specimen } from './specimen.tsx';

export function Controls() {
  return (
    <div className="grid grid-cols-2 gap-x-8 max-[900px]:grid-cols-1">
      <Specimen name="Button">
        <Button look="primary" icon={Play}>
          Start
        </Button>
        <Button icon={RefreshCw}>Refresh</Button>
        <Button look="quiet">Details</Button>
        <Button look="danger" icon={Trash2}>
          Delete orders
        </Button>
        <Button disabled>Not now</Button>
        <IconButton icon={RefreshCw} label="Refresh the list" keys={['r']} />
        <CopyButton label="Copy the address" text={() => '127.0.0.1:9092'} />
        <Keys keys={['Ctrl', 'K']} />
      </Specimen>
      <Specimen name="Choices" className="flex flex-col gap-2">
        <Choices />
      </Specimen>
      <Specimen name="Tabs" className="flex h-24 flex-col border border-line">
        <Views />
      </Specimen>
    </div>
  );
}

function Choices() {
  const [isOn, setIsOn] = useState(true);
  const [isChecked, setIsChecked] = useState(false);
  const [format, setFormat] = useState<'avro' | 'json'>('avro');
  return (
    <>
      <Switch label="Follow new records" hint="Reads the newest each second" checked={isOn} onChange={setIsOn} />
      <Switch label="Write to production" checked={false} onChange={() => {}} disabled />
      <Checkbox label="Delete its data too" checked={isChecked} onChange={setIsChecked} />
      <Checkbox label="All topics" checked isPartial onChange={() => {}} />
      <Checkbox label="Replicated" checked={false} onChange={() => {}} disabled />
      <Segmented
        label="Format"
        options={[
          { value: 'avro', label: 'Avro' },
          { value: 'json', label: 'JSON' },
        ]}
        value={format}
        onChange={setFormat}
      />
    </>
  );
}

function Views() {
  const [view, setView] = useState('tree');
  return (
    <Tabs
      value={view}
      onChange={setView}
      tabs={[
        { id: 'tree', title: 'Tree', content: <p className="p-3">Fields and values.</p> },
        { id: 'json', title: 'JSON', content: <p className="p-3">Text.</p> },
      ]}
    />
  );
}
