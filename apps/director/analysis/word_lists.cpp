// The lists of our own that the lexicon is made of.

#include "apps/director/analysis/lexicon.h"

namespace antiphon::director {
namespace {

// Named as the topics of the starter library.
constexpr Lexicon::Topic english_topics[] = {
    {"football", "football soccer goal match stadium league striker penalty goalkeeper footballer"},
    {"basketball", "basketball hoop dunk court"},
    {"winning", "champion championship trophy victory winner award prize gold"},
    {"running", "run runner running marathon jog jogging race sprint track athlete"},
    {"cycling", "bicycle bike cycle cycling cyclist pedal"},
    {"strategy games", "chess strategy game king queen pawn board"},
    {"stock market", "stock market share investor investment portfolio fund bond trading"},
    {"money",
     "money cash coin bank banknote salary budget saving savings loan mortgage debt pension"},
    {"shopping", "shop shopping supermarket store grocery buy customer parcel price retail"},
    {"business meeting",
     "meeting business office board conference manager client contract colleague deal"},
    {"education",
     "school student teacher class classroom lesson university exam pupil graduate graduation "
     "diploma college"},
    {"reading", "book library reading read novel page author story literature"},
    {"ideas", "idea invention inspiration solution innovation"},
    {"computing", "computer server data laptop cloud network internet hardware"},
    {"programming", "code coding programming programmer software developer"},
    {"security", "security password lock padlock hacker privacy encryption breach firewall"},
    {"communication", "phone smartphone message email letter inbox mail texting chat spam"},
    {"robots", "robot robotic automation machine"},
    {"space", "space rocket planet moon star astronaut orbit galaxy satellite telescope"},
    {"world", "world globe global earth continent international"},
    {"science", "science scientist laboratory experiment chemistry research"},
    {"storm", "storm hurricane thunder lightning wind"},
    {"rain", "rain umbrella shower pouring wet"},
    {"good weather", "sunshine sunny rainbow spring"},
    {"heat", "heat heatwave hot degrees thermometer"},
    {"winter", "winter snow ice frost ski skiing snowfall"},
    {"natural disaster", "volcano lava eruption erupt magma"},
    {"sea life", "fish whale coral reef underwater aquarium"},
    {"sea", "sea ocean wave coast sail boat ship tide"},
    {"holiday", "holiday vacation beach resort palm"},
    {"mountains", "mountain hill summit peak climb hiking hike alps valley trail"},
    {"forest", "forest tree wood woodland leaf jungle pine"},
    {"desert", "desert sand dune cactus camel caravan"},
    {"gardening", "garden flower seed gardening bloom tomato"},
    {"farming", "farm farmer field tractor harvest crop corn wheat agriculture barn"},
    {"birds", "bird"},
    {"pets", "dog cat puppy kitten pet"},
    {"coffee", "coffee espresso cappuccino cafe bean"},
    {"breakfast", "breakfast egg bacon croissant"},
    {"cooking", "cook cooking kitchen recipe chef dinner pan soup meal"},
    {"disease", "virus disease ill illness infection flu pandemic pill"},
    {"health", "health doctor hospital nurse patient heart medical surgery blood"},
    {"home and family", "family home parent mother father child children neighbour"},
    {"celebration", "celebration celebrate party firework birthday festival"},
    {"music", "music guitar song concert band melody piano singer"},
    {"film", "film movie cinema scene hollywood camera"},
    {"art", "art painting paint painter gallery artist drawing"},
    {"construction", "construction building build brick roof wall crane"},
    {"bridge", "bridge span"},
    {"city", "city skyline street town skyscraper downtown urban"},
    {"railway", "train railway rail station locomotive subway metro platform"},
    {"flying", "plane flight airplane aeroplane airport balloon runway airline"},
    {"electric cars", "charger charging charge battery electric plug"},
    {"driving", "car drive driving driver road traffic highway motorway"},
    {"navigation", "map route navigation direction destination lost"},
    {"renewable energy", "solar turbine renewable panel windmill energy electricity power"},
    {"industry", "factory industry chimney smoke production manufacturing engine plant"},
    {"law", "law court judge lawyer verdict justice trial"},
    {"elections", "election vote voter ballot parliament democracy president"},
    {"time", "time clock hour deadline watch hourglass"},
};

constexpr Lexicon::Phrase english_phrases[] = {
    {"not only", 0},           {"not just", 0},       {"not merely", 0},      {"no doubt", 0},
    {"no matter", 0},          {"no wonder", 0},      {"no one else", 0},     {"no problem", 1},
    {"can't wait", 1},         {"cannot wait", 1},    {"couldn't wait", 1},   {"can't stand", -1},
    {"cannot stand", -1},      {"can't bear", -1},    {"can't believe", 0},   {"cannot believe", 0},
    {"sick of", -1},           {"tired of", -1},      {"fed up", -1},         {"broke down", -1},
    {"let us down", -1},       {"let me down", -1},   {"fell apart", -1},     {"falls apart", -1},
    {"went wrong", -1},        {"goes wrong", -1},    {"ran out", -1},        {"run out", -1},
    {"went up in flames", -1}, {"so what", -1},       {"nothing better", 1},  {"second to none", 1},
    {"came true", 1},          {"look forward", 1},   {"looking forward", 1}, {"well done", 1},
    {"worth it", 1},           {"at last", 1},        {"thank you", 1},       {"thanks to", 1},
    {"made my day", 1},        {"wear and tear", 0},  {"kind of", 0},         {"in good time", 0},
    {"good morning", 0},       {"good evening", 0},   {"good afternoon", 0},  {"out of order", -1},
    {"out of control", -1},    {"in vain", -1},       {"too late", -1},       {"too expensive", -1},
    {"too much", -1},          {"far too", -1},       {"lost count", 0},      {"free of charge", 1},
    {"for free", 1},           {"safe and sound", 1}, {"all is well", 1},
};

constexpr Lexicon::Lists english = {
    .negations =
        "not no never without neither nor don't doesn't didn't isn't aren't wasn't weren't won't "
        "can't cannot couldn't shouldn't wouldn't hasn't haven't hadn't ain't nobody nothing none "
        "nowhere hardly barely",
    .excluders = "except excluding forget stopped quit instead than",
    .turns = "but however instead rather although though yet so because while whereas only",
    .subjects = "i we they he she it it's they're we're i'm he's she's you",
    .talk =
        "say said tell told talk talking speak think thought know knew believe guess mean want "
        "like just really actually thing something today lot kind sort need let going get got "
        "make see look well okay yeah um uh hello welcome",
    .positive =
        "good great best better excellent wonderful fantastic amazing love loved lovely enjoy "
        "enjoyable happy happiness win won success successful succeed improve improved grow grew "
        "growth gain gained profit profitable beautiful exciting excited delighted delightful "
        "proud "
        "strong safe thank thanks thankful grateful perfect bright celebrate victory record hope "
        "hopeful fun funny nice brilliant impressive impressed healthy joy joyful laugh laughing "
        "smile smiling cheer cheerful pleased pleasant pleasure glad gorgeous stunning "
        "breathtaking "
        "spectacular superb splendid marvellous marvelous incredible awesome outstanding "
        "remarkable "
        "adore favourite favorite delicious tasty yummy sweet cute charming elegant cosy cozy "
        "comfortable comfort peaceful calm relaxing relaxed refreshing magical magic heaven "
        "paradise "
        "blessing blessed lucky fortunate fortunately luckily thrilled thrilling ecstatic fabulous "
        "terrific glorious masterpiece genius clever smart brave hero heroic save "
        "saved heal healed cured recover recovered recovery reward rewarding generous kind "
        "kindness "
        "friendly warm welcoming helpful useful valuable precious treasure easy easier smooth "
        "reliable efficient quick fast affordable bargain free freedom triumph champion champions "
        "congratulations congratulate achieve achieved achievement accomplish breakthrough "
        "progress "
        "promising inspiring inspired creative vibrant lively fresh clean cleaner clear sparkling "
        "bloom blooming flourish thriving thrive rich richest ideal wow hooray bravo admire "
        "admired "
        "respect appreciate appreciated satisfied satisfying satisfaction dream peace love "
        "romantic "
        "wise honest fair gentle tender soothing soft effortless flawless "
        "sensational unforgettable enchanting adorable passionate enthusiasm enthusiastic "
        "confident "
        "optimistic optimism benefit win-win prosper prosperous boost bonus luxury luxurious",
    .negative =
        "bad worse worst terrible awful horrible horrid hate hated hateful sad sadly sadness angry "
        "anger lose lost loss losing fail failed failure crash crashed fall fell decline drop "
        "dropped weak danger dangerous afraid fear worry worried worrying problem broken break "
        "disaster disastrous crisis sick ill pain painful poor ugly wrong die died dying death "
        "dead "
        "kill killed war attack attacked debt delay delayed destroy destroyed destruction annoying "
        "annoyed annoy furious rage mad disgusting disgust disgrace disgraceful shame shameful "
        "scandal corrupt corruption fraud cheat cheated lie lied liar steal stole stolen thief "
        "theft rob robbed robbery crime criminal victim injure injured injury wound wounded hurt "
        "bleeding suffer suffering misery miserable hopeless hopelessly helpless desperate despair "
        "depressing depressed depression lonely boring bored dull tedious pointless useless "
        "worthless waste wasted ruin ruined wreck wrecked damage damaged collapse collapsed burn "
        "burned burnt explode exploded flood drowned drown sink sank starving starve hunger "
        "drought famine poverty unemployed unemployment bankrupt bankruptcy expensive costly "
        "overpriced cancel cancelled canceled mistake error bug fault faulty defect "
        "leak leaking leaked crack cracked rotten dirty dirt filthy stink stinks smelly noise "
        "noisy "
        "mess messy chaos chaotic nightmare horror terrifying terrified scared scary frightening "
        "panic panicking shock shocked shocking tragic tragedy cruel brutal violent violence abuse "
        "threat threaten threatened toxic poison poisonous pollution polluted stupid silly idiot "
        "foolish ridiculous absurd nonsense rude nasty mean unfair unjust unfortunately unlucky "
        "unhappy unbearable unacceptable unreliable uncomfortable disappoint disappointed "
        "disappointing disappointment frustrating frustrated frustration stress stressful stressed "
        "exhausted exhausting tired struggle struggling difficult trouble complain complaint "
        "fight fighting quarrel blame guilty regret sorry cry crying tears grief mourn "
        "funeral sob upset confused confusing trapped fake faked "
        "virus disease infection cancer slump recession "
        "freezing stolen refuse refused reject rejected "
        "betrayed abandoned neglected dreadful lousy pathetic mediocre inferior harmful hazard "
        "grim "
        "bleak gloomy bitter hostile jealous ashamed embarrassed embarrassing ache sore choke "
        "wound casualty disability evil",
    .phrases = english_phrases,
    .topics = english_topics,
};

constexpr Lexicon::Lists swedish = {
    .negations = "inte ej ingen inget inga aldrig utan varken",
    .excluders = "förutom",
    .turns = "men dock istället fast",
    .subjects = "",
    .talk = "säga sade prata tala tycker tror vet menar vill idag sak grej",
    .positive =
        "bra bäst bättre underbar fantastisk älskar glad vinna vann framgång lyckad växa "
        "vinst vacker stolt stark säker tack perfekt rolig fin",
    .negative =
        "dålig sämre sämst hemsk hatar ledsen arg förlora förlorade misslyckas krasch falla "
        "svag farlig rädd oro problem trasig katastrof kris sjuk fel död krig skuld",
};

}  // namespace

const Lexicon::Lists& english_lists() { return english; }
const Lexicon::Lists& swedish_lists() { return swedish; }

}  // namespace antiphon::director
