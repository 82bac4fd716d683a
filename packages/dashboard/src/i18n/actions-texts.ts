import type { Texts } from './language.ts'

export const actionsTexts = {
  actionsIntro: [
    'All of this is done by {name}, and asks first.',
    '这些操作都由 {name} 执行，执行前会先询问。',
  ],
  actionJoin: ['Join members', '加入成员'],
  actionJoinText: [
    'Merges its cluster with that of the members given.',
    '把它的集群与所给成员的集群合并。',
  ],
  joinIntro: [
    '{name} will exchange all it knows with these members.',
    '{name} 将与这些成员交换所知的一切。',
  ],
  joinAddresses: ['Addresses', '地址'],
  joinAddressesHint: [
    'HOST:PORT, one or more, parted by spaces or lines.',
    '一个或多个 HOST:PORT，用空格或换行分隔。',
  ],
  joinDone: ['{reached} of {count} addresses answered.', '{count} 个地址中有 {reached} 个应答。'],
  actionMetadata: ['Set the metadata', '设置元数据'],
  actionMetadataText: ['What all members see beside its name.', '所有成员在它名称旁看到的内容。'],
  metadataIntro: [
    'All members will see this for {name}.',
    '所有成员都会看到 {name} 的这些元数据。',
  ],
  metadataHint: [
    'Up to 512 bytes, such as role=db zone=a.',
    '最多 512 字节，例如 role=db zone=a。',
  ],
  metadataDone: ['The metadata is set.', '元数据已设置。'],
  actionLeave: ['Leave the cluster', '离开集群'],
  actionLeaveText: [
    'Tells the others in good order, and ends the agent.',
    '有序地告知其他成员，然后结束代理。',
  ],
  leaveIntro: [
    '{name} tells {count} other members, and ends. This page ends with it; it can only be started again where it runs.',
    '{name} 告知其他 {count} 个成员后结束，此页面随之失效；只能在它运行的地方重新启动。',
  ],
  leaveConfirm: ['To go on, write its name: {name}', '若要继续，请输入它的名称：{name}'],
  leaveConfirmWrong: ['Write {name}.', '请输入 {name}。'],
  leaveDone: ['{name} has left.', '{name} 已离开。'],
  gossipKeys: ['Gossip keys', 'Gossip 密钥'],
  gossipKeysText: [
    'Packets between members are encrypted with the first; any of them can be read. Every member has its own list.',
    '成员间的数据包用第一个密钥加密，用任一密钥都可解密。每个成员有自己的列表。',
  ],
  gossipKeysNone: [
    'This member does not encrypt: it was started without --key.',
    '此成员不加密：启动时没有 --key。',
  ],
  keyBits: ['{bits} bits', '{bits} 位'],
  keyPrimary: ['encrypts', '用于加密'],
  rotateAdd: ['Add the new key on every member.', '在每个成员上添加新密钥。'],
  rotateUse: [
    'When all have it, use it on every member.',
    '所有成员都有之后，在每个成员上启用它。',
  ],
  rotateRemove: [
    'When all use it, remove the old one on every member.',
    '所有成员都启用之后，在每个成员上移除旧密钥。',
  ],
  keyAdd: ['Add a key', '添加密钥'],
  keyAddIntro: [
    'Add it to every member before any of them uses it, else those without it are cut off.',
    '在任何成员启用之前，先添加到每个成员，否则没有它的成员会被隔断。',
  ],
  keyAdded: ['The key is added.', '密钥已添加。'],
  gossipKey: ['Key', '密钥'],
  gossipKeyHint: [
    '16, 24 or 32 bytes in base64 or hexadecimal. It is not shown again: keep it.',
    '16、24 或 32 字节，base64 或十六进制。之后不再显示，请保存好。',
  ],
  keyGenerate: ['Make a new one', '生成新密钥'],
  keyUse: ['Use this key', '启用此密钥'],
  keyUseIntro: ['This member will encrypt with key {id}.', '此成员将用密钥 {id} 加密。'],
  keyUseConfirm: ['Every member has this key.', '每个成员都有这个密钥。'],
  keyUsed: ['Key {id} encrypts now.', '密钥 {id} 现在用于加密。'],
  keyRemove: ['Remove this key', '移除此密钥'],
  keyRemoveIntro: [
    'This member will not read what is encrypted with key {id} any more.',
    '此成员将不再能读懂用密钥 {id} 加密的内容。',
  ],
  keyRemoveConfirm: ['No member encrypts with this key.', '没有成员再用这个密钥加密。'],
  keyRemoved: ['Key {id} is removed.', '密钥 {id} 已移除。'],
} as const satisfies Texts
