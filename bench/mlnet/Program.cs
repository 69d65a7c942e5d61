using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using WrnCloud.MlNetPeer;

// Once ONNX Runtime has started it would report to its maker; the variable is read then.
Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");
if (args is not ([var verb and ("accuracy" or "features"), var folder, ..] and { Length: 2 or 3 }))
{
    Console.Error.WriteLine("accuracy FOLDER        trains on FOLDER/train/CLASS/FILE, tests on FOLDER/test/CLASS/FILE, prints one line of JSON");
    Console.Error.WriteLine("features FOLDER COUNT  computes the features of so many pictures of FOLDER/train, prints how long they took as JSON");
    return 1;
}

var pictures = new PictureFolder(folder);
var classifier = new MlNetClassifier();
if (verb == "features")
{
    var count = args.Length == 3 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 100;
    Console.WriteLine(JsonSerializer.Serialize(classifier.MeasureFeatures(pictures.Train, count), JsonSerializerOptions.Web));
    return 0;
}

using var process = Process.GetCurrentProcess();
var beforeMain = (TimeProvider.System.GetUtcNow() - new DateTimeOffset(process.StartTime)).TotalSeconds;
Console.WriteLine(JsonSerializer.Serialize(classifier.Measure(pictures, beforeMain), JsonSerializerOptions.Web));
return 0;
